/* worker.c - the receiver of the measurements: takes client sockets (dialect "classic") and answers at once.
 * It is one process with one loop, so that little of what is measured is its own doing; examples/receivers/ is to learn from.
 *
 *   worker body|full|hold SOCKET [BYTES]
 *     body   writes BYTES bytes (default 1024), closes; the front wrote the head
 *     full   the same behind a head of its own
 *     hold   as body, but keeps the client until that closes
 * SIGTERM: prints {"received":N,"held":N,"refused":N,"failed":N} (messages with a socket, clients kept now, messages without
 * one, answers that could not be written), removes the socket file and ends. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum kind { LISTENER, CONTROL, CLIENT, SIGNAL };

static int loop, hold;
static char *answer;
static size_t answer_length;
static struct { unsigned long received, held, refused, failed; } count;

static void watch(int fd, enum kind kind) {
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)kind << 32 | (uint32_t)fd};
  if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event)) err(1, "epoll_ctl");
}

/* The socket arrives non-blocking, a flag that is shared with the front: wait, do not change it. */
static int write_all(int client) {
  size_t at = 0;
  while (at < answer_length) {
    ssize_t n = send(client, answer + at, answer_length - at, MSG_NOSIGNAL);
    struct pollfd wait = {client, POLLOUT, 0};
    if (n > 0) at += n;
    else if (errno == EINTR) continue;
    else if (errno != EAGAIN || poll(&wait, 1, 1000) != 1) return -1;
  }
  return 0;
}

static void serve(int client) {
  count.received++;
  if (write_all(client)) count.failed++;
  if (!hold) { close(client); return; }
  count.held++;
  watch(client, CLIENT);
}

/* Returns whether the front has nothing more to say on this connection. */
static int take(int control) {
  char data[4096];
  union { struct cmsghdr align; char room[CMSG_SPACE(sizeof(int))]; } rights;
  struct iovec into = {data, sizeof data};
  struct msghdr message = {.msg_iov = &into, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof rights};
  ssize_t n = recvmsg(control, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (n < 0) return errno != EAGAIN && errno != EINTR;
  if (n == 0) return 1;
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) { count.refused++; return 1; }
  int client;
  memcpy(&client, CMSG_DATA(c), sizeof client);
  serve(client);
  return 1; /* one socket a connection: its close tells the front that the message was read */
}

static void accept_all(int listener) {
  int control;
  while ((control = accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
    if (take(control)) close(control); /* the message is mostly there already */
    else watch(control, CONTROL);
}

static int listen_on(const char *path) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof name.sun_path) errx(1, "%s: longer than 107 bytes", path);
  strcpy(name.sun_path, path);
  unlink(path);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  /* Open to all users: httpd, started as root, connects as another one. The folder is the measurement's own. */
  if (bind(listener, (struct sockaddr *)&name, sizeof name) || chmod(path, 0666) || listen(listener, 4096)) err(1, "%s", path);
  return listener;
}

static void report(const char *path) {
  printf("{\"received\":%lu,\"held\":%lu,\"refused\":%lu,\"failed\":%lu}\n", count.received, count.held, count.refused,
      count.failed);
  unlink(path);
}

static void make_answer(int full, size_t bytes) {
  answer = malloc(bytes + 128);
  if (full)
    answer_length = sprintf(answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", bytes);
  memset(answer + answer_length, 'w', bytes);
  answer_length += bytes;
}

int main(int argc, char **argv) {
  if (argc < 3 || argc > 4 || (strcmp(argv[1], "body") && strcmp(argv[1], "full") && strcmp(argv[1], "hold")))
    errx(2, "usage: worker body|full|hold SOCKET [BYTES]");
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  hold = !strcmp(argv[1], "hold");
  make_answer(!strcmp(argv[1], "full"), argc == 4 ? strtoul(argv[3], 0, 10) : 1024);
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, 0);
  loop = epoll_create1(EPOLL_CLOEXEC);
  watch(signalfd(-1, &ends, SFD_CLOEXEC), SIGNAL);
  watch(listen_on(argv[2]), LISTENER);
  for (;;) {
    struct epoll_event events[256];
    int n = epoll_wait(loop, events, 256, -1);
    for (int i = 0; i < n; i++) {
      int fd = (int)(uint32_t)events[i].data.u64;
      char rest[4096];
      switch ((enum kind)(events[i].data.u64 >> 32)) {
        case LISTENER: accept_all(fd); break;
        case CONTROL: if (take(fd)) close(fd); break;
        case CLIENT: if (recv(fd, rest, sizeof rest, MSG_DONTWAIT) <= 0 && errno != EAGAIN) count.held--, close(fd); break;
        case SIGNAL: report(argv[2]); return 0;
      }
    }
  }
}
