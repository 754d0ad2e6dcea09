// backend PORT SIZE: answers every request on 127.0.0.1:PORT with SIZE bytes, keep-alive, on one thread. Reads heads only:
// a request ends with an empty line.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 65536 };

static int state[MOST];  // how much of CR LF CR LF was seen last on a connection

static int ends(int fd, const char *bytes, ssize_t n) {
  int count = 0;
  for (ssize_t i = 0; i < n; i++) {
    int s = state[fd];
    s = bytes[i] == (s % 2 ? '\n' : '\r') ? s + 1 : bytes[i] == '\r';
    if (s == 4) {
      count++;
      s = 0;
    }
    state[fd] = s;
  }
  return count;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: backend PORT SIZE\n");
    return 2;
  }
  size_t size = strtoul(argv[2], NULL, 10);
  char *answer = malloc(size + 200);
  int head = sprintf(answer, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n", size);
  memset(answer + head, 'b', size);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 4096)) {
    perror("backend");
    return 1;
  }
  int queue = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(queue, EPOLL_CTL_ADD, listener, &event);
  static struct epoll_event events[256];
  static char bytes[65536];
  for (;;) {
    int n = epoll_wait(queue, events, 256, -1);
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client < 0 || client >= MOST) {
          if (client >= 0) close(client);
          continue;
        }
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        state[client] = 0;
        struct epoll_event read = {.events = EPOLLIN, .data.fd = client};
        epoll_ctl(queue, EPOLL_CTL_ADD, client, &read);
        continue;
      }
      ssize_t got = recv(fd, bytes, sizeof bytes, 0);
      if (got < 0 && errno == EAGAIN) continue;
      int answers = got > 0 ? ends(fd, bytes, got) : -1;
      while (answers-- > 0) {
        if (send(fd, answer, head + size, MSG_NOSIGNAL) != (ssize_t)(head + size)) got = -1;
      }
      if (got <= 0) close(fd);
    }
  }
}
