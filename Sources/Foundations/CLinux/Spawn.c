#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The child runs in the parent's memory while the calling thread is suspended. So failures are written straight into
// the caller's structure, and nothing here may allocate, lock, or use the C library's own uid and gid calls (which
// signal all threads of the process).

#define STACK_SIZE (64 * 1024)

const char *const clinux_old_root = "/.litmus-host";

struct context {
    const struct clinux_spawn *options;
    struct clinux_failure *failure;
    pid_t parent;
    char *inner_stack;
    pid_t inner;
};

static int failed(struct context *context, enum clinux_step step, size_t index) {
    context->failure->step = step;
    context->failure->error = errno;
    context->failure->index = index;
    return -1;
}

static int write_zero(const char *path) {
    int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return -1;
    ssize_t written = write(descriptor, "0", 1);
    int error = errno;
    close(descriptor);
    errno = error;
    return written == 1 ? 0 : -1;
}

// Makes all directories of `path`; the last component too when `whole`.
static int make_directories(const char *path, int whole) {
    char buffer[PATH_MAX];
    size_t length = strlen(path);
    if (length >= sizeof buffer) return errno = ENAMETOOLONG, -1;
    memcpy(buffer, path, length + 1);
    for (size_t i = 1; i <= length; i++) {
        if (buffer[i] != '/' && (buffer[i] != 0 || !whole)) continue;
        char kept = buffer[i];
        buffer[i] = 0;
        // A read-only or foreign parent that already has the directory is fine: only "not there" matters.
        if (mkdir(buffer, 0755) != 0 && errno != EEXIST && access(buffer, F_OK) != 0) return -1;
        buffer[i] = kept;
    }
    return 0;
}

static int make_mount_point(const struct clinux_mount *mount) {
    if (mount->create == clinux_create_nothing || access(mount->target, F_OK) == 0) return 0;
    if (make_directories(mount->target, mount->create == clinux_create_directory) != 0) return -1;
    if (mount->create == clinux_create_directory) return 0;
    int descriptor = open(mount->target, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) return -1;
    close(descriptor);
    return 0;
}

static int do_mount(const struct clinux_mount *entry) {
    if (make_mount_point(entry) != 0) return -1;
    int is_read_only_bind = (entry->flags & MS_BIND) && (entry->flags & MS_RDONLY) && !(entry->flags & MS_REMOUNT);
    unsigned long flags = is_read_only_bind ? entry->flags & ~MS_RDONLY : entry->flags;
    if (mount(entry->source, entry->target, entry->type, flags, entry->data) != 0) return -1;
    if (!is_read_only_bind) return 0;
    return mount(NULL, entry->target, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL);
}

static int enter_root(const char *root) {
    char old[PATH_MAX];
    size_t length = strlen(root), name = strlen(clinux_old_root);
    if (length + name >= sizeof old) return errno = ENAMETOOLONG, -1;
    memcpy(old, root, length);
    memcpy(old + length, clinux_old_root, name + 1);
    if (mkdir(old, 0700) != 0 && errno != EEXIST) return -1;
    if (syscall(SYS_pivot_root, root, old) != 0) return -1;
    return chdir("/");
}

static int make_mounts(struct context *context) {
    const struct clinux_spawn *options = context->options;
    if (!options->unshare_mounts) return 0;
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return failed(context, clinux_step_unshare, 0);
    for (size_t i = 0; i < options->mount_count; i++)
        if (do_mount(&options->mounts[i]) != 0) return failed(context, clinux_step_mount, i);
    if (!options->new_root) return 0;
    if (enter_root(options->new_root) != 0) return failed(context, clinux_step_pivot, 0);
    for (size_t i = 0; i < options->root_mount_count; i++)
        if (do_mount(&options->root_mounts[i]) != 0) return failed(context, clinux_step_root_mount, i);
    if (umount2(clinux_old_root, MNT_DETACH) != 0) return failed(context, clinux_step_pivot, 1);
    rmdir(clinux_old_root);
    return 0;
}

static int set_streams(const struct clinux_spawn *options) {
    int sources[3] = {options->standard_input, options->standard_output, options->standard_error};
    // First out of the way of 0, 1 and 2, so that no source is overwritten before it was used.
    for (int i = 0; i < 3; i++) {
        sources[i] = fcntl(sources[i], F_DUPFD_CLOEXEC, 3);
        if (sources[i] < 0) return -1;
    }
    for (int i = 0; i < 3; i++)
        if (dup2(sources[i], i) < 0) return -1;
#ifdef SYS_close_range
    if (syscall(SYS_close_range, 3, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */) == 0) return 0;
#endif
    for (int i = 3; i < 1024; i++) fcntl(i, F_SETFD, FD_CLOEXEC);
    return 0;
}

static void set_limit(int resource, uint64_t wanted) {
    struct rlimit limit;
    if (wanted == 0 || getrlimit(resource, &limit) != 0) return;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    limit.rlim_max = limit.rlim_cur;
    setrlimit(resource, &limit);
}

static int drop_capabilities(const struct clinux_spawn *options) {
    if (!options->drops_capabilities) return 0;
    for (int i = 0; i < 64; i++) {
        if (options->capabilities & ((uint64_t)1 << i)) continue;
        // EINVAL: beyond the last one of this kernel.
        if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0) != 0) return errno == EINVAL ? 0 : -1;
    }
    return 0;
}

static int set_user(const struct clinux_spawn *options) {
    if (!options->sets_user) return 0;
    if (syscall(SYS_setgroups, 0, NULL) != 0) return -1;
    if (syscall(SYS_setresgid, options->group, options->group, options->group) != 0) return -1;
    return (int)syscall(SYS_setresuid, options->user, options->user, options->user);
}

static void execute_along_path(const struct clinux_spawn *options) {
    char candidate[PATH_MAX];
    const char *start = options->search_path ? options->search_path : "/usr/local/bin:/usr/bin:/bin";
    size_t name = strlen(options->executable);
    int error = ENOENT;
    while (*start) {
        const char *end = strchrnul(start, ':');
        size_t length = (size_t)(end - start);
        if (length > 0 && length + name + 2 <= sizeof candidate) {
            memcpy(candidate, start, length);
            candidate[length] = '/';
            memcpy(candidate + length + 1, options->executable, name + 1);
            execve(candidate, options->arguments, options->environment);
            if (errno != ENOENT && errno != ENOTDIR) error = errno;
        }
        start = *end ? end + 1 : end;
    }
    errno = error;
}

static void execute(const struct clinux_spawn *options) {
    if (strchr(options->executable, '/'))
        execve(options->executable, options->arguments, options->environment);
    else
        execute_along_path(options);
}

static int become_program(void *argument) {
    struct context *context = argument;
    const struct clinux_spawn *options = context->options;
    if (options->new_session) setsid();
    if (make_mounts(context) != 0) return 127;
    if (set_streams(options) != 0) return failed(context, clinux_step_streams, 0), 127;
    if (options->controlling_terminal && ioctl(0, TIOCSCTTY, 0) != 0)
        return failed(context, clinux_step_streams, 1), 127;
    set_limit(RLIMIT_NOFILE, options->open_files);
    if (options->directory && chdir(options->directory) != 0) return failed(context, clinux_step_directory, 0), 127;
    umask(022);
    if (drop_capabilities(options) != 0) return failed(context, clinux_step_capabilities, 0), 127;
    if (set_user(options) != 0) return failed(context, clinux_step_user, 0), 127;
    if (options->parent_death_signal) {
        // After the change of user, which clears it. In another pid namespace the parent is 0 and tells nothing.
        prctl(PR_SET_PDEATHSIG, options->parent_death_signal, 0, 0, 0);
        pid_t parent = getppid();
        errno = ESRCH;
        if (parent != 0 && parent != context->parent) return failed(context, clinux_step_parent, 0), 127;
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    // Last: until the program replaces it, the memory is the parent's, which may be larger.
    set_limit(RLIMIT_AS, options->address_space);
    execute(options);
    return failed(context, clinux_step_exec, 0), 127;
}

static void reset_signals(void) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int i = 1; i < NSIG; i++) sigaction(i, &action, NULL);
}

static int enter_namespaces(void *argument) {
    struct context *context = argument;
    const struct clinux_spawn *options = context->options;
    reset_signals();
    for (size_t i = 0; i < options->cgroup_file_count; i++)
        if (write_zero(options->cgroup_files[i]) != 0) return failed(context, clinux_step_cgroup, i), 127;
    for (size_t i = 0; i < options->namespace_count; i++)
        if (setns(options->namespaces[i], 0) != 0) return failed(context, clinux_step_namespace, i), 127;
    if (options->join_pidfd < 0) return become_program(context);
    if (setns(options->join_pidfd, options->join_kinds) != 0) return failed(context, clinux_step_join, 0), 127;
    if (!(options->join_kinds & CLONE_NEWPID)) return become_program(context);
    // Only a new process is in the pid namespace; CLONE_PARENT makes it the child of our own process all the same.
    int inner = clone(
        become_program, context->inner_stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | CLONE_PARENT | SIGCHLD, context);
    if (inner < 0) return failed(context, clinux_step_clone, 1), 127;
    context->inner = inner;
    return 0;
}

static void wait_for(pid_t pid) {
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
}

int clinux_spawn(const struct clinux_spawn *options, pid_t *pid, int *pidfd, struct clinux_failure *failure) {
    struct context context = {.options = options, .failure = failure, .parent = getpid()};
    *failure = (struct clinux_failure){0};
    char *stacks =
        mmap(NULL, 2 * STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stacks == MAP_FAILED) return failed(&context, clinux_step_clone, 0);
    context.inner_stack = stacks;

    // No handler of ours may run in the child, which shares our memory.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t child = clone(
        enter_namespaces, stacks + 2 * STACK_SIZE, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &context, pidfd);
    if (child < 0) failed(&context, clinux_step_clone, 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    munmap(stacks, 2 * STACK_SIZE);

    if (child < 0) return -1;
    if (failure->step != clinux_step_none || context.inner > 0) {
        wait_for(child);
        close(*pidfd);
    }
    if (failure->step != clinux_step_none) {
        if (context.inner > 0) wait_for(context.inner);
        return -1;
    }
    *pid = context.inner > 0 ? context.inner : child;
    if (context.inner > 0) *pidfd = clinux_pidfd_open(context.inner);
    if (*pidfd < 0) return failed(&context, clinux_step_clone, 2);
    return 0;
}
