/* Runs the ClickHouse engine that the library beside this program holds, as `clickhouse local` would. Where its
 * standard input is a pipe it ends with whoever holds the other end, however that ends. */
#include <dlfcn.h>
#include <libgen.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void *watch(void *unused) {
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    kill(getpid(), SIGKILL);
    return unused;
}

int main(int argc, char **argv) {
    char path[PATH_MAX + 16];
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX);
    if (length < 0) {
        perror("clickhouse");
        return 1;
    }
    path[length] = '\0';
    strcat(dirname(path), "/libchdb.so");
    void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    void *(*query)(int, char **) = library ? dlsym(library, "chdb_query_cmdline") : NULL;
    if (!query) {
        fprintf(stderr, "clickhouse: %s\n", dlerror());
        return 1;
    }
    struct stat input;
    pthread_t watcher;
    if (fstat(STDIN_FILENO, &input) == 0 && S_ISFIFO(input.st_mode) && pthread_create(&watcher, NULL, watch, NULL)) {
        perror("clickhouse");
        return 1;
    }
    argv[0] = "clickhouse";
    void *result = query(argc, argv);
    const char *(*error_of)(void *) = dlsym(library, "chdb_result_error");
    const char *error = result && error_of ? error_of(result) : NULL;
    if (error) {
        fprintf(stderr, "clickhouse: %s\n", error);
    }
    return result && !error ? 0 : 1;
}
