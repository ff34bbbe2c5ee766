/*
 * A line between two places: joins two TAP devices, with delay, jitter and loss in both directions.
 *
 *   line DEVICE_A DEVICE_B DELAY_MS JITTER_MS LOSS_PERCENT SEED
 *
 * Prints "ready" when both devices exist. SIGUSR1 cuts the line, SIGUSR2 mends it. Frames stay in
 * order. It ends when one of its devices is gone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define FRAME_BYTES 2048
#define FRAMES 8192 /* in one direction; what comes beyond that is dropped */

struct frame {
  int64_t due;
  int length;
  char bytes[FRAME_BYTES];
};

struct direction {
  int from, to;
  struct frame *frames;
  unsigned first, count;
  int64_t last_due;
};

static volatile sig_atomic_t is_cut;

static void cut(int signal) {
  (void)signal;
  is_cut = 1;
}

static void mend(int signal) {
  (void)signal;
  is_cut = 0;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int open_device(const char *name) {
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
  int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (device < 0) fail("/dev/net/tun");
  snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
  if (ioctl(device, TUNSETIFF, &request) < 0) fail(name);
  return device;
}

/* 1: try again later; 0: done; the program ends where the device is gone */
static int later(const char *action) {
  if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS) return 1;
  if (errno == EIO || errno == EINVAL) return 0; /* the device is down: the frame is lost */
  fail(action);
  return 0;
}

static void take(struct direction *line, int64_t delay, int64_t jitter, double loss) {
  char spare[FRAME_BYTES];
  for (;;) {
    int full = line->count == FRAMES;
    struct frame *frame = &line->frames[(line->first + line->count) % FRAMES];
    ssize_t length = read(line->from, full ? spare : frame->bytes, FRAME_BYTES);
    if (length <= 0) {
      if (length < 0) later("read");
      return;
    }
    if (full || is_cut || drand48() < loss) continue;
    int64_t due = now() + delay + (int64_t)(jitter * (2 * drand48() - 1));
    if (due < line->last_due) due = line->last_due;
    line->last_due = due;
    frame->due = due;
    frame->length = (int)length;
    line->count++;
  }
}

/* gives what is due; when the next frame will be, or -1 */
static int64_t give(struct direction *line) {
  while (line->count > 0) {
    struct frame *frame = &line->frames[line->first];
    if (frame->due > now()) return frame->due;
    if (!is_cut && write(line->to, frame->bytes, frame->length) < 0 && later("write"))
      return now() + 1000000;
    line->first = (line->first + 1) % FRAMES;
    line->count--;
  }
  return -1;
}

int main(int count, char **argument) {
  if (count != 7) {
    fprintf(stderr, "usage: line DEVICE_A DEVICE_B DELAY_MS JITTER_MS LOSS_PERCENT SEED\n");
    return 2;
  }
  int a = open_device(argument[1]), b = open_device(argument[2]);
  int64_t delay = (int64_t)(atof(argument[3]) * 1e6), jitter = (int64_t)(atof(argument[4]) * 1e6);
  double loss = atof(argument[5]) / 100;
  srand48(atol(argument[6]));
  struct direction lines[2] = {{.from = a, .to = b}, {.from = b, .to = a}};
  for (int i = 0; i < 2; i++) {
    lines[i].frames = calloc(FRAMES, sizeof(struct frame));
    if (lines[i].frames == NULL) fail("memory");
  }
  signal(SIGUSR1, cut);
  signal(SIGUSR2, mend);
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    int64_t next = -1;
    for (int i = 0; i < 2; i++) {
      int64_t due = give(&lines[i]);
      if (due >= 0 && (next < 0 || due < next)) next = due;
    }
    struct timespec rest, *wait = NULL;
    if (next >= 0) {
      int64_t left = next - now();
      if (left < 0) left = 0;
      rest.tv_sec = left / 1000000000;
      rest.tv_nsec = left % 1000000000;
      wait = &rest;
    }
    struct pollfd polled[2] = {{.fd = a, .events = POLLIN}, {.fd = b, .events = POLLIN}};
    if (ppoll(polled, 2, wait, NULL) < 0 && errno != EINTR) fail("poll");
    for (int i = 0; i < 2; i++) {
      /* A device that is only down says so too, and reading it says which. */
      if (polled[i].revents & POLLIN) take(&lines[i], delay, jitter, loss);
      else if (polled[i].revents & (POLLERR | POLLHUP | POLLNVAL)) {
        char probe[FRAME_BYTES];
        if (read(polled[i].fd, probe, sizeof probe) < 0 && errno == EBADFD) return 0;
        poll(NULL, 0, 20);
      }
    }
  }
}
