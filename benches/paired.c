/* Runs commands in turn, round after round, and compares each with the first:
 *
 *     paired ROUNDS LABEL COMMAND [ARG...] -- LABEL COMMAND [ARG...] ...
 *
 * Machine load affects all of them alike. A ratio is the median of the ratios of the rounds; the ratio of the fastest
 * runs is printed next to it, because load disturbs it least.
 * Standard streams are /dev/null. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

enum { MOST = 16 };

extern char **environ;

struct command {
    const char *label;
    char **argv;
    double *wall;
    double *ratio;
    long peak_kib;
};

static void stop(const char *what, const char *which) {
    fprintf(stderr, "paired: %s %s\n", what, which);
    exit(2);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double run(struct command *c, posix_spawn_file_actions_t *quiet) {
    struct rusage used;
    pid_t pid;
    int status;
    double start = now();
    if (posix_spawnp(&pid, c->argv[0], quiet, NULL, c->argv, environ) != 0) stop("cannot run", c->argv[0]);
    if (wait4(pid, &status, 0, &used) < 0) stop("cannot wait for", c->argv[0]);
    double wall = now() - start;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) stop("failed:", c->label);
    if (used.ru_maxrss > c->peak_kib) c->peak_kib = used.ru_maxrss;
    return wall;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts. */
static double median(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, ascending);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

int main(int argc, char **argv) {
    struct command commands[MOST] = {0};
    int count = 0, rounds = argc > 1 ? atoi(argv[1]) : 0;
    for (int at = 2; at + 1 < argc && count < MOST; count++) {
        commands[count].label = argv[at];
        commands[count].argv = &argv[at + 1];
        while (at < argc && strcmp(argv[at], "--") != 0) at++;
        argv[at++] = NULL;
    }
    if (rounds < 1 || count == 0) stop("usage:", "paired ROUNDS LABEL COMMAND [ARG...] [-- LABEL COMMAND ...]");

    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);

    for (int n = 0; n < count; n++) {
        commands[n].wall = calloc((size_t)rounds, sizeof(double));
        commands[n].ratio = calloc((size_t)rounds, sizeof(double));
        if (!commands[n].wall || !commands[n].ratio) stop("out of", "memory");
        if (rounds > 1) run(&commands[n], &quiet);
    }
    for (int round = 0; round < rounds; round++) {
        for (int n = 0; n < count; n++) commands[n].wall[round] = run(&commands[n], &quiet);
        for (int n = 0; n < count; n++) commands[n].ratio[round] = commands[n].wall[round] / commands[0].wall[round];
    }
    for (int n = 0; n < count; n++) {
        struct command *c = &commands[n];
        double middle = median(c->wall, rounds);
        printf("  %-26s %12.1f us (least %.1f) %8ld KiB  ratio %.2f (least %.2f)\n", c->label, middle * 1e6,
               c->wall[0] * 1e6, c->peak_kib, median(c->ratio, rounds), c->wall[0] / commands[0].wall[0]);
    }
    return 0;
}
