// Linux calls that Swift cannot import, one line each, and one way to start a process.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Every wrapper returns what the call returns: -1 and errno on failure.
int clinux_setns(int descriptor, int kind);
int clinux_unshare(int flags);
int clinux_set_subreaper(void);
int clinux_gettid(void);
int clinux_pidfd_open(pid_t pid);
int clinux_pidfd_send_signal(int pidfd, int signal);
int clinux_memfd(const char *name);
int clinux_open(const char *path, int flags, mode_t mode);
int clinux_openat(int directory, const char *path, int flags);
int clinux_exchange(const char *first, const char *second);
int clinux_pipe(int descriptors[2]);
// A terminal's two ends, close-on-exec; the one of the program is not made anyone's controlling terminal.
int clinux_open_terminal(int *own, int *program);
int clinux_resize_terminal(int terminal, unsigned short columns, unsigned short rows);
int clinux_poll_readable(int descriptor, int milliseconds);
int clinux_lock_file(int descriptor, int exclusive);
int clinux_last_capability(void);
// The number of the calling thread's network namespace, never used again until the next boot. Linux 5.14.
int clinux_network_cookie(uint64_t *cookie);

// One epoll set with 64-bit tokens. `clinux_epoll_wait` gives the number of tokens written.
int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int descriptor, uint64_t token);
int clinux_epoll_add_writable(int epoll, int descriptor, uint64_t token);
int clinux_epoll_remove(int epoll, int descriptor);
int clinux_epoll_wait(int epoll, uint64_t *tokens, int capacity);

// Reaps the child behind `pidfd` without blocking: 1 with its exit code or signal, 0 while it runs,
// -1 with errno (ECHILD: not a child of this process).
int clinux_reap(int pidfd, int *code, int *signal);

extern const int clinux_new_mount, clinux_new_net, clinux_new_ipc, clinux_new_uts, clinux_new_pid, clinux_new_cgroup;
extern const unsigned long clinux_bind, clinux_recursive, clinux_read_only, clinux_remount, clinux_private;
extern const unsigned long clinux_no_suid, clinux_no_dev, clinux_no_exec;
extern const int clinux_detach;

enum clinux_create { clinux_create_nothing, clinux_create_directory, clinux_create_file };

// One mount(2). `create` makes the mount point first. A read-only bind becomes the two calls it needs.
struct clinux_mount {
    const char *source;
    const char *target;
    const char *type;
    unsigned long flags;
    const char *data;
    enum clinux_create create;
};

struct clinux_spawn {
    // Without a slash it is looked for along `search_path`, after the namespaces were entered.
    const char *executable;
    const char *search_path;
    char *const *arguments;
    char *const *environment;
    const char *directory;
    int standard_input, standard_output, standard_error;
    int new_session;
    // Standard input is a terminal that becomes the new session's.
    int controlling_terminal;
    int parent_death_signal;

    // Files that get "0" written: cgroup.procs or tasks.
    const char *const *cgroup_files;
    size_t cgroup_file_count;

    // setns(descriptor, 0) for each; then setns(join_pidfd, join_kinds) when join_pidfd >= 0. With a pid namespace in
    // `join_kinds` the program becomes a child inside it, still our own child.
    const int *namespaces;
    size_t namespace_count;
    int join_pidfd;
    int join_kinds;

    // An own mount namespace with private propagation, `mounts` in it; with `new_root` this becomes the root, and
    // `root_mounts` follow, which see the former root at clinux_old_root until the program starts.
    int unshare_mounts;
    const struct clinux_mount *mounts;
    size_t mount_count;
    const char *new_root;
    const struct clinux_mount *root_mounts;
    size_t root_mount_count;

    // Limits. 0: unchanged. Clamped to the hard limit.
    uint64_t open_files;
    uint64_t address_space;
    int sets_user;
    uint32_t user, group;
    // Bit n: capability n stays in the bounding set.
    int drops_capabilities;
    uint64_t capabilities;
};

extern const char *const clinux_old_root;

enum clinux_step {
    clinux_step_none,
    clinux_step_clone,
    clinux_step_cgroup,
    clinux_step_namespace,
    clinux_step_join,
    clinux_step_unshare,
    clinux_step_mount,
    clinux_step_pivot,
    clinux_step_root_mount,
    clinux_step_streams,
    clinux_step_directory,
    clinux_step_capabilities,
    clinux_step_user,
    clinux_step_parent,
    clinux_step_exec,
};

struct clinux_failure {
    enum clinux_step step;
    int error;
    // Which element of the step's list failed.
    size_t index;
};

// Starts a process; returns when the program runs. 0 with pid and pidfd, or -1 with `failure`. The child shares the
// caller's memory until it executes (as posix_spawn does), so its size does not matter. The calling thread must never
// end when `parent_death_signal` is used: the kernel sends it when that thread ends.
int clinux_spawn(const struct clinux_spawn *options, pid_t *pid, int *pidfd, struct clinux_failure *failure);
