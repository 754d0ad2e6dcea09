/* receiver.c - is handed client sockets (dialect "classic") and writes a body to each of them.
 * cc -O2 -Wall -o receiver receiver.c && ./receiver run/app.sock ["body text" | -n BYTES] */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Reads one message: any bytes, exactly one descriptor. Returns that descriptor, or -1. */
static int receive(int connection) {
  char first, rest[4096];
  union { struct cmsghdr align; char room[CMSG_SPACE(253 * sizeof(int))]; } control; /* Linux sends 253 at most */
  struct iovec data = {&first, 1};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  int got[253], count = 0;
  /* CLOEXEC at once: a program started meanwhile must not keep the client's connection open. */
  if (recvmsg(connection, &message, MSG_CMSG_CLOEXEC) <= 0) return -1;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
      for (size_t at = CMSG_LEN(0); at + sizeof(int) <= c->cmsg_len; at += sizeof(int))
        memcpy(&got[count++], (char *)c + at, sizeof(int));
  /* A later version may add bytes: ignore them, but read up to the end of file, since closing over
   * unread bytes tells the front that its message was never read. */
  while (read(connection, rest, sizeof rest) > 0) {}
  if (count == 1 && !(message.msg_flags & MSG_CTRUNC)) return got[0];
  while (count > 0) close(got[--count]); /* not what was agreed: keep none */
  return -1;
}

/* Runs in a process of its own for each client, so that a slow one delays nobody. */
static void answer(int client, const char *from, size_t left) {
  char rest[4096];
  struct linger reset = {1, 0}, orderly = {0, 0};
  struct pollfd wait = {.fd = client, .events = POLLOUT};
  setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset); /* dying half-way must not look complete */
  while (left > 0) { /* the socket arrives non-blocking, a flag shared with the front: wait, do not change it */
    ssize_t n = send(client, from, left, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) from += n, left -= n;
    else if (errno != EAGAIN || poll(&wait, 1, 60000) != 1) _exit(1); /* gone, or takes nothing for a minute */
  }
  setsockopt(client, SOL_SOCKET, SO_LINGER, &orderly, sizeof orderly);
  /* Lingering close: end our side, then discard what the client still sends until it closes, for 2 s
   * at most. A plain close over unread input would reset, and could take the body's end from it. */
  shutdown(client, SHUT_WR);
  alarm(2), wait.events = POLLIN;
  while (poll(&wait, 1, -1) == 1 && recv(client, rest, sizeof rest, MSG_DONTWAIT) > 0) {}
  _exit(0);
}

int main(int argc, char **argv) {
  if (argc < 2) errx(2, "usage: receiver SOCKET [TEXT | -n BYTES]");
  size_t length = argc == 4 && !strcmp(argv[2], "-n") ? strtoul(argv[3], 0, 10) : 0;
  char *body = argc == 3 ? argv[2] : argc == 4 ? memset(malloc(length + 1), 'x', length) : "Hello from C.\n";
  if (argc < 4) length = strlen(body);
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  if (strlen(argv[1]) >= sizeof name.sun_path) errx(1, "%s: longer than 107 bytes", argv[1]);
  strcpy(name.sun_path, argv[1]);
  struct stat found;
  int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (!connect(listening, (void *)&name, sizeof name)) errx(1, "%s: a receiver listens there already", argv[1]);
  if (!lstat(argv[1], &found) && S_ISSOCK(found.st_mode)) unlink(argv[1]); /* of a dead receiver */
  umask(0177); /* the file appears with mode 0600: who can connect can hand us sockets */
  if (bind(listening, (void *)&name, sizeof name) || listen(listening, 1024)) err(1, "%s", argv[1]);
  signal(SIGCHLD, SIG_IGN); /* ended children leave no zombies */
  printf("listening %s\n", argv[1]), fflush(stdout);
  for (;;) {
    int connection = accept4(listening, 0, 0, SOCK_CLOEXEC), client = receive(connection);
    close(connection); /* its end tells the front that the message was read */
    if (client >= 0 && fork() == 0) close(listening), answer(client, body, length);
    close(client);
  }
}
