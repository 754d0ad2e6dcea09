/* calls.c - the yardstick of hand-offs: a front that makes the system calls of an acknowledged hand-off and nothing else.
 *
 *   calls PORT SOCKET      (127.0.0.1)
 *
 * A loop for each processor, all of them accepting. No HTTP is checked, nobody is asked who he is, nothing is configured,
 * logged, counted or retried: what a front costs more is its own, unless it has fewer loops. A client gets a head,
 * which waits for its body (MSG_MORE), SOCKET's receiver gets the client (dialect "classic"), and this end is closed when that
 * receiver has closed its own.
 * Requests for anything but /fd/ are answered here, so that a runner sees when it is there. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LISTENER = 0, CLIENT = 1, PASSED = 2, BATCH = 16, EVENTS = 128 };
static const char head[] = "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\nServer: calls\r\nConnection: close\r\n\r\n";
static const char here[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
static struct sockaddr_un receiver = {.sun_family = AF_UNIX};
static int listener;

/* An event's data: what it is about, the client's descriptor, that of the connection to the receiver. */
static uint64_t about(uint64_t kind, int client, int local) {
  return kind << 62 | (uint64_t)client << 31 | (uint64_t)local;
}

static void watch(int loop, int fd, uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data.u64 = data};
  if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event)) err(1, "epoll_ctl");
}

static void pass(int loop, int client) {
  char byte = 0;
  struct iovec data = {&byte, 1};
  union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control = {{0}};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(rights), &client, sizeof client);
  int local = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (local < 0 || connect(local, (struct sockaddr *)&receiver, sizeof receiver)) err(1, "%s", receiver.sun_path);
  if (send(client, head, sizeof head - 1, MSG_NOSIGNAL | MSG_MORE) < 0 || sendmsg(local, &message, MSG_NOSIGNAL) != 1) {
    close(client);
    close(local);
    return;
  }
  watch(loop, local, EPOLLIN | EPOLLRDHUP, about(PASSED, client, local));
}

/* False if nothing has come yet. */
static int serve(int loop, int client) {
  char request[8192];
  ssize_t n = recv(client, request, sizeof request, 0);
  if (n < 0 && errno == EAGAIN) return 0;
  if (n > 0 && memmem(request, n, " /fd/", 5)) {
    pass(loop, client);
    return 1;
  }
  if (n > 0 && send(client, here, sizeof here - 1, MSG_NOSIGNAL) < 0) warn("send");
  close(client);
  return 1;
}

static void *run(void *unused) {
  int loop = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event events[EVENTS];
  watch(loop, listener, EPOLLIN | EPOLLEXCLUSIVE, about(LISTENER, 0, 0));
  for (;;) {
    int n = epoll_wait(loop, events, EVENTS, -1);
    for (int i = 0; i < n; i++) {
      uint64_t data = events[i].data.u64;
      int client = data >> 31 & INT32_MAX, local = data & INT32_MAX;
      switch (data >> 62) {
        case LISTENER:
          for (int k = 0; k < BATCH && (client = accept4(listener, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0; k++)
            if (!serve(loop, client)) watch(loop, client, EPOLLIN, about(CLIENT, client, 0));
          break;
        case CLIENT:
          if (epoll_ctl(loop, EPOLL_CTL_DEL, client, 0)) err(1, "epoll_ctl");
          if (!serve(loop, client)) watch(loop, client, EPOLLIN, data);
          break;
        default: { /* read, or never to be: whoever is to tell needs this call */
          char word[16];
          if (recv(local, word, sizeof word, 0) > 0) break;
          int now = 1; /* a head that still waits leaves */
          setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
          close(client);
          close(local);
        }
      }
    }
  }
  return unused;
}

int main(int count, char **words) {
  if (count != 3 || strlen(words[2]) >= sizeof receiver.sun_path) errx(2, "calls PORT SOCKET");
  strcpy(receiver.sun_path, words[2]);
  int on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(words[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) || bind(listener, (struct sockaddr *)&address, sizeof address) ||
      listen(listener, 4096))
    err(1, "port %s", words[1]);
  for (long more = sysconf(_SC_NPROCESSORS_ONLN) - 1; more > 0; more--) {
    pthread_t thread;
    if (pthread_create(&thread, 0, run, 0)) errx(1, "no thread");
  }
  run(0);
}
