/* sluice.c - a receiver of the dialect "sluice", version 1: takes clients on leases, answers, gives them back.
 * cc -O2 -Wall -o sluice-receiver sluice.c && ./sluice-receiver run/app.sock       (docs/hand-off.md has the protocol) */
#define _GNU_SOURCE /* accept4 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* What follows "name": in the object. Quotes in values are written \", so that a name is found nowhere else. */
static const char *value(const char *object, const char *name) {
  const char *found = strstr(object, name);
  return found ? found + strlen(name) + strspn(found + strlen(name), " ") : "\"";
}
/* The socket is non-blocking, a flag shared with the front: wait for it, do not change it. */
static int ready(int socket, short events) { return poll(&(struct pollfd){socket, events, 0}, 1, 10000) == 1; }
static void tell(int control, const char *line) { if (send(control, line, strlen(line), MSG_NOSIGNAL) < 0) warn("%s", line); }
static void answer(int control, const char *head, int client) {
  char line[4096], text[512], away[65536];
  long id = atol(value(head, "\"id\":")), left = atol(value(head, "\"left\":")), read = 0;
  int lease = !strncmp(value(head, "\"mode\":"), "\"lease\"", 7), ok = 1,
      keep = lease && left >= 0 && !strncmp(value(head, "\"keep\":"), "true", 4);
  sprintf(line, "ACK %ld", id), tell(control, line); /* ours from here on; said before anything is read or written */
  for (left -= atol(value(head, "\"unread\":")); ok && read < left;) { /* the request body, of which this has no use */
    ssize_t n = recv(client, away, left - read < (long)sizeof away ? left - read : (long)sizeof away, MSG_DONTWAIT);
    n > 0 ? (read += n) : (ok = n < 0 && errno == EAGAIN && ready(client, POLLIN));
  }
  int body = 13, length = sprintf(text, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n%s\r\nHello from C\n",
                                  body, keep ? "" : "Connection: close\r\n"), sent = 0;
  if (!strncmp(value(head, "\"method\":"), "\"HEAD\"", 6)) length -= body, body = 0;
  while (ok && sent < length) {
    ssize_t n = send(client, text + sent, length - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    n > 0 ? (sent += n) : (ok = errno == EAGAIN && ready(client, POLLOUT));
  }
  if (lease && ok) sprintf(line, "DONE %ld 200 %d %d %ld %s", id, length, body, read, keep ? "keep" : "close");
  else if (lease) sprintf(line, "TAKE %ld", id); /* nothing is to go on there */
  else sprintf(line, "END %.*s 200 %d %d", (int)strcspn(value(head, "\"memo\":") + 1, "\""), value(head, "\"memo\":") + 1, sent, body);
  if (!lease) shutdown(client, SHUT_WR); /* of a lease the front's copy lives on: it compares the numbers with the kernel's */
  tell(control, line);
}
static int packet(int control) { /* false when the front has left */
  static char data[65537];
  union { struct cmsghdr align; char room[CMSG_SPACE(2 * sizeof(int))]; } rights;
  struct msghdr message = {.msg_iov = &(struct iovec){data, 65536}, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof rights};
  int fds[2], count = 0;
  ssize_t n = recvmsg(control, &message, MSG_CMSG_CLOEXEC);
  struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&message) : 0;
  if (c && c->cmsg_type == SCM_RIGHTS) memcpy(fds, CMSG_DATA(c), (count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int)) * sizeof(int));
  data[n > 0 ? n : 0] = 0;
  if (n <= 0 || data[0] != '{') return n > 0; /* GONE or YOURS: by then this receiver is done with the client */
  char *whole = data, line[64];
  long spill = atol(value(strtok(data, "\n"), "\"spill\":")); /* a long packet is in the file behind the client */
  if (count == (spill ? 2 : 1) && !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) &&
      (!spill || ((whole = calloc(1, spill + 1)) && pread(fds[1], whole, spill, 0) == spill)))
    answer(control, strtok(whole, "\n"), fds[0]);
  else sprintf(line, "PASS %ld nofd", atol(value(data, "\"id\":"))), tell(control, line); /* somebody else gets the client */
  while (count > 0) close(fds[--count]);
  return whole == data || (free(whole), 1);
}
int main(int argc, char **argv) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  if (argc != 2 || strlen(argv[1]) >= sizeof name.sun_path) errx(2, "usage: sluice-receiver SOCKET (at most 107 bytes)");
  strcpy(name.sun_path, argv[1]), unlink(argv[1]), umask(0177);
  struct pollfd all[64] = {{socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), POLLIN, 0}};
  if (bind(all[0].fd, (void *)&name, sizeof name) || listen(all[0].fd, 64)) err(1, "%s", argv[1]);
  printf("listening %s\n", argv[1]), fflush(stdout);
  for (int n = 1; poll(all, n, -1) > 0;) {
    for (int i = n - 1; i > 0; i--)
      if (all[i].revents && !packet(all[i].fd)) close(all[i].fd), all[i] = all[--n];
    if (!all[0].revents || n == 64) continue;
    all[n] = (struct pollfd){accept4(all[0].fd, 0, 0, SOCK_CLOEXEC), POLLIN, 0};
    tell(all[n++].fd, "READY example 100 0");
  }
}
