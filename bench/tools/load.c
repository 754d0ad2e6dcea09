/* load.c - load generator: a number of clients, each with one request at a time, one process and one loop.
 *
 *   load [-c CLIENTS] [-d SECONDS | -n REQUESTS] [-k] [-b BYTES] PORT PATH...       (127.0.0.1)
 *     -c   clients, default 1
 *     -d   how long, default 2        -n  so many requests instead
 *     -k   keep connections: a client asks its paths in turn and connects anew only after a response that ends its connection.
 *          Without: "Connection: close", a connection per request, read to its end
 *     -b   every body has to be that long
 * SIGTERM or SIGINT: no new requests, those under way are finished.
 * Prints a line of JSON. "ok": answered with 200 and complete. A request fails for one reason: "status" (not 200), "cut" (reset,
 * or the end before the end), "length" (not -b bytes), "refused" (no connection), "stalled" (no end within 10 s), "strange" (no
 * response that this program understands). Latency is that of the answered ones, from connect() or, if kept, from send(). */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000ull
#define STALL (10 * SECOND)
#define TO_THE_END UINT64_MAX

enum failure { STATUS, CUT, LENGTH, REFUSED, STALLED, STRANGE, FAILURES };
static const char *const failure_names[] = {"status", "cut", "length", "refused", "stalled", "strange"};

struct client {
  int fd, path, kept;       /* kept: the connection has had an answer before */
  size_t sent;              /* of the request */
  uint64_t since;           /* nanoseconds; 0: idle */
  size_t head_length;       /* bytes in head; the head is complete once status is set */
  int status, closing;      /* closing: the connection ends with this response */
  uint64_t body, expected;  /* bytes so far; TO_THE_END: up to the end of the connection, or of the last chunk */
  enum { NOT_CHUNKED, SIZE, EXTENSION, DATA, BEHIND_DATA, TRAILER, LAST } chunks; /* what comes next */
  uint64_t chunk, line;     /* of the chunk what is still to come; bytes of the line so far */
  char head[8192];
};

static struct sockaddr_in server;
static struct { char *text; size_t length; } *requests;
static int paths, loop, keep;
static uint64_t wanted_body = TO_THE_END, budget = UINT64_MAX, bytes, ok, connections, failures[FAILURES];
static uint32_t *latency; /* microseconds */
static size_t latency_room;
static volatile sig_atomic_t stopping;
static int active;

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * SECOND + t.tv_nsec;
}

static void drop(struct client *c) {
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
}

static void reset(struct client *c) {
  struct linger at_once = {1, 0};
  if (c->fd >= 0) setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  drop(c);
}

static int connect_client(struct client *c, struct client *first) {
  int on = 1;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) err(1, "socket");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(c->fd, (struct sockaddr *)&server, sizeof server) && errno != EINPROGRESS) return -1;
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u32 = c - first};
  if (epoll_ctl(loop, EPOLL_CTL_ADD, c->fd, &event)) err(1, "epoll_ctl");
  c->kept = 0;
  connections++;
  return 0;
}

/* Returns -1 when the connection is of no more use. */
static int send_request(struct client *c) {
  size_t length = requests[c->path].length;
  if (c->sent == length) return 0;
  ssize_t n = send(c->fd, requests[c->path].text + c->sent, length - c->sent, MSG_NOSIGNAL);
  if (n < 0) return errno == EAGAIN || errno == ENOTCONN ? 0 : -1;
  c->sent += n;
  return 0;
}

static void record(uint64_t nanos) {
  if (ok == latency_room) {
    latency_room = latency_room ? latency_room * 2 : 1 << 16;
    latency = realloc(latency, latency_room * sizeof *latency);
    if (!latency) err(1, "latencies");
  }
  latency[ok++] = nanos / 1000;
}

/* Begins the next request of this client, or leaves it idle when there is to be none. */
static void begin(struct client *c, struct client *first) {
  for (;;) {
    c->since = 0;
    if (stopping || !budget) { reset(c); active--; return; }
    budget--;
    c->since = now();
    c->sent = c->head_length = c->body = c->chunk = c->line = 0;
    c->status = c->closing = 0;
    c->chunks = NOT_CHUNKED;
    if (c->fd >= 0 || !connect_client(c, first)) break;
    failures[REFUSED]++;
    drop(c);
  }
  send_request(c); /* an error is seen by the read that follows */
}

static void finish(struct client *c, struct client *first) {
  if (c->status != 200) failures[STATUS]++;
  else if (wanted_body != TO_THE_END && c->body != wanted_body) failures[LENGTH]++;
  else record(now() - c->since);
  if (c->closing) drop(c);
  c->kept = 1;
  c->path = (c->path + 1) % paths;
  begin(c, first);
}

static void fail(struct client *c, enum failure why, struct client *first) {
  failures[why]++;
  reset(c);
  begin(c, first);
}

static char *field(char *head, const char *name) { /* name with its line end before and its colon behind */
  char *at = strcasestr(head, name);
  return at ? at + strlen(name) + strspn(at + strlen(name), " \t") : 0;
}

/* Looks into chunks and adds their content to c->body; returns -1 when they are none. */
static int read_chunks(struct client *c, const char *p, size_t n) {
  for (const char *end = p + n; p < end; p++) {
    switch (c->chunks) {
      case SIZE:
        if (*p == '\n' || *p == ';') {
          if (!c->line) return -1;
          c->chunks = *p == ';' ? EXTENSION : c->chunk ? DATA : TRAILER;
          c->line = 0;
        } else if (*p != '\r') {
          const char *digits = "0123456789abcdef", *digit = strchr(digits, *p | 0x20);
          if (!*p || !digit || c->chunk >> 60) return -1;
          c->chunk = c->chunk << 4 | (uint64_t)(digit - digits);
          c->line++;
        }
        break;
      case EXTENSION:
        if (*p == '\n') c->chunks = c->chunk ? DATA : TRAILER;
        break;
      case DATA: {
        size_t part = (uint64_t)(end - p) < c->chunk ? (size_t)(end - p) : c->chunk;
        c->body += part;
        p += part - 1;
        if (!(c->chunk -= part)) c->chunks = BEHIND_DATA;
        break;
      }
      case BEHIND_DATA:
        if (*p == '\n') c->chunks = SIZE;
        else if (*p != '\r') return -1;
        break;
      case TRAILER: /* ends with an empty line */
        if (*p == '\n' && !c->line) c->chunks = LAST;
        else if (*p == '\n') c->line = 0;
        else if (*p != '\r') c->line++;
        break;
      default:
        return -1;
    }
  }
  return 0;
}

/* Looks whether the head is complete; returns -1 when it is nothing we understand. */
static int parse_head(struct client *c) {
  c->head[c->head_length] = 0;
  char *end = strstr(c->head, "\r\n\r\n"), *value;
  if (!end) return c->head_length + 1 < sizeof c->head ? 0 : -1;
  size_t behind = c->head_length - (end + 4 - c->head);
  end[2] = 0;
  if (strncmp(c->head, "HTTP/1.", 7) || strlen(c->head) < 12) return -1;
  c->status = atoi(c->head + 9);
  if (c->status < 200) return -1;
  value = field(c->head, "\r\nConnection:");
  c->closing = !keep || c->head[7] == '0' || (value && !strncasecmp(value, "close", 5));
  value = field(c->head, "\r\nContent-Length:");
  c->expected = value ? strtoull(value, 0, 10) : TO_THE_END;
  value = field(c->head, "\r\nTransfer-Encoding:");
  if (value && !strncasecmp(value, "chunked", 7)) {
    c->expected = TO_THE_END;
    c->chunks = SIZE;
    return read_chunks(c, end + 4, behind);
  }
  c->body = behind;
  if (c->expected == TO_THE_END) c->closing = 1;
  return 0;
}

/* Reads what is there. Without -k the end of the connection is part of the response. */
static void readable(struct client *c, struct client *first) {
  static char rest[1 << 18];
  for (;;) {
    char *into = c->status ? rest : c->head + c->head_length;
    ssize_t n = recv(c->fd, into, c->status ? sizeof rest : sizeof c->head - 1 - c->head_length, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0 && errno == ECONNREFUSED) { fail(c, REFUSED, first); return; }
    int complete = c->status && (c->chunks ? c->chunks == LAST : c->expected == TO_THE_END || c->body == c->expected);
    if (n < 0 || (n == 0 && !complete)) { fail(c, CUT, first); return; }
    if (n == 0) { finish(c, first); return; }
    bytes += n;
    if (!c->status) {
      if (c->head_length += n, parse_head(c)) { fail(c, STRANGE, first); return; }
    } else if (!c->chunks) c->body += n;
    else if (read_chunks(c, rest, n)) { fail(c, STRANGE, first); return; }
    if (c->chunks == LAST && !c->closing) { finish(c, first); return; }
    if (!c->status || c->expected == TO_THE_END) continue;
    if (c->body > c->expected) { fail(c, STRANGE, first); return; }
    if (c->body == c->expected && !c->closing) { finish(c, first); return; }
  }
}

static void find_stalled(struct client *clients, int count) {
  uint64_t t = now();
  for (int i = 0; i < count; i++)
    if (clients[i].since && t > clients[i].since && t - clients[i].since > STALL) fail(&clients[i], STALLED, clients);
}

static int smaller(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void print(double seconds) {
  qsort(latency, ok, sizeof *latency, smaller);
  uint64_t failed = 0;
  printf("{\"ok\":%llu,\"seconds\":%.3f,\"rps\":%.1f,\"connections\":%llu,\"bytes\":%llu", (unsigned long long)ok, seconds,
      ok / seconds, (unsigned long long)connections, (unsigned long long)bytes);
  printf(",\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u", ok ? latency[ok / 2] : 0, ok ? latency[(size_t)(ok * 0.99)] : 0,
      ok ? latency[ok - 1] : 0);
  for (int i = 0; i < FAILURES; i++) {
    failed += failures[i];
    printf(",\"%s\":%llu", failure_names[i], (unsigned long long)failures[i]);
  }
  printf(",\"failed\":%llu}\n", (unsigned long long)failed);
}

static void stop(int signal) { (void)signal, stopping = 1; }

static void run(struct client *clients, int count, double seconds) {
  uint64_t start = now(), end = seconds > 0 ? start + (uint64_t)(seconds * SECOND) : UINT64_MAX, checked = start;
  active = count;
  for (int i = 0; i < count; i++) clients[i].fd = -1, clients[i].path = i % paths, begin(&clients[i], clients);
  while (active > 0) {
    struct epoll_event events[256];
    int n = epoll_wait(loop, events, 256, 100);
    for (int i = 0; i < n; i++) {
      struct client *c = &clients[events[i].data.u32];
      if (!c->since) continue; /* of a client that has ended */
      send_request(c);
      readable(c, clients);
    }
    uint64_t t = now();
    if (t >= end) stopping = 1;
    if (t - checked > SECOND / 2) find_stalled(clients, count), checked = t;
  }
  print((now() - start) / 1e9);
}

static void make_requests(char **names, const char *port) {
  requests = calloc(paths, sizeof *requests);
  for (int i = 0; i < paths; i++)
    requests[i].length = asprintf(&requests[i].text, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n%s\r\n", names[i], port,
        keep ? "" : "Connection: close\r\n");
}

int main(int argc, char **argv) {
  int count = 1, option;
  double seconds = 2;
  while ((option = getopt(argc, argv, "c:d:n:kb:")) != -1) switch (option) {
      case 'c': count = atoi(optarg); break;
      case 'd': seconds = atof(optarg); break;
      case 'n': budget = strtoull(optarg, 0, 10), seconds = 0; break;
      case 'k': keep = 1; break;
      case 'b': wanted_body = strtoull(optarg, 0, 10); break;
      default: argc = 0;
    }
  if (argc - optind < 2 || count < 1) errx(2, "usage: load [-c clients] [-d seconds | -n requests] [-k] [-b bytes] PORT PATH...");
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  server.sin_family = AF_INET;
  server.sin_port = htons(atoi(argv[optind]));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  paths = argc - optind - 1;
  make_requests(argv + optind + 1, argv[optind]);
  struct client *clients = calloc(count, sizeof *clients);
  loop = epoll_create1(EPOLL_CLOEXEC);
  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  run(clients, count, seconds);
  return 0;
}
