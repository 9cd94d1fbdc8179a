#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

const int clinux_new_mount = CLONE_NEWNS, clinux_new_net = CLONE_NEWNET, clinux_new_ipc = CLONE_NEWIPC,
          clinux_new_uts = CLONE_NEWUTS, clinux_new_pid = CLONE_NEWPID, clinux_new_cgroup = CLONE_NEWCGROUP;
const unsigned long clinux_bind = MS_BIND, clinux_recursive = MS_REC, clinux_read_only = MS_RDONLY,
                    clinux_remount = MS_REMOUNT, clinux_private = MS_PRIVATE, clinux_no_suid = MS_NOSUID,
                    clinux_no_dev = MS_NODEV, clinux_no_exec = MS_NOEXEC;
const int clinux_detach = MNT_DETACH;

int clinux_setns(int descriptor, int kind) { return setns(descriptor, kind); }
int clinux_unshare(int flags) { return unshare(flags); }
int clinux_set_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
int clinux_gettid(void) { return (int)syscall(SYS_gettid); }
int clinux_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
int clinux_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}
int clinux_memfd(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
int clinux_open(const char *path, int flags, mode_t mode) { return open(path, flags | O_CLOEXEC, mode); }
int clinux_openat(int directory, const char *path, int flags) { return openat(directory, path, flags | O_CLOEXEC); }
int clinux_exchange(const char *first, const char *second) {
    return renameat2(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE);
}
int clinux_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }
int clinux_open_terminal(int *own, int *program) {
    char name[64];
    *own = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*own < 0) return -1;
    if (grantpt(*own) == 0 && unlockpt(*own) == 0 && ptsname_r(*own, name, sizeof name) == 0) {
        *program = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (*program >= 0) return 0;
    }
    int error = errno;
    close(*own);
    errno = error;
    return -1;
}
int clinux_resize_terminal(int terminal, unsigned short columns, unsigned short rows) {
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    return ioctl(terminal, TIOCSWINSZ, &size);
}
int clinux_poll_readable(int descriptor, int milliseconds) {
    struct pollfd entry = {.fd = descriptor, .events = POLLIN};
    return poll(&entry, 1, milliseconds);
}
int clinux_lock_file(int descriptor, int exclusive) { return flock(descriptor, exclusive ? LOCK_EX : LOCK_EX | LOCK_NB); }
int clinux_network_cookie(uint64_t *cookie) {
    int probe = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (probe < 0) return -1;
    socklen_t length = sizeof *cookie;
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif
    int status = getsockopt(probe, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &length);
    int error = errno;
    close(probe);
    errno = error;
    return status;
}
int clinux_last_capability(void) { return CAP_LAST_CAP; }

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }
static int epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}
int clinux_epoll_add(int epoll, int descriptor, uint64_t token) { return epoll_add(epoll, descriptor, EPOLLIN, token); }
int clinux_epoll_add_writable(int epoll, int descriptor, uint64_t token) {
    return epoll_add(epoll, descriptor, EPOLLOUT, token);
}
int clinux_epoll_remove(int epoll, int descriptor) { return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL); }
int clinux_epoll_wait(int epoll, uint64_t *tokens, int capacity) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, capacity < 64 ? capacity : 64, -1);
    for (int i = 0; i < count; i++) tokens[i] = events[i].data.u64;
    return count;
}

int clinux_reap(int pidfd, int *code, int *signal) {
    siginfo_t info = {0};
    // 3 is P_PIDFD, which older headers lack.
    if (waitid((idtype_t)3, (id_t)pidfd, &info, WEXITED | WNOHANG) != 0) return -1;
    if (info.si_pid == 0) return 0;
    *code = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
    *signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
    return 1;
}
