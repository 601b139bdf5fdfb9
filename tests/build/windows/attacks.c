/* A guest that tries names that mean something else on Windows, in each function that takes a path. Prints what worked and should not have,
 * or did not and should have. The directory is preopened as "box"; "secret" lies beside it. */
#include <stdio.h>
#include <string.h>
#include <wasi/api.h>

enum { BOX = 3 };

static const char *const escapes[] = {
    /* Windows' separator, drives, devices, servers */
    "..\\secret", "in\\..\\..\\secret", "in\\file", "\\secret", "\\", "\\\\?\\C:\\windows\\win.ini", "\\??\\C:\\windows\\win.ini",
    "C:", "C:.", "C:secret", "C:\\windows\\win.ini", "C:/windows/win.ini", "c:/", "Z:/etc/passwd", "\\\\server\\share\\x",
    "//server/share/x", "\\\\.\\pipe\\x", "\\\\.\\C:", "\\Device\\Null", "\\GLOBAL??\\C:",
    /* streams */
    "file:stream", "file:", "file::$DATA", ":stream", "in:$I30:$INDEX_ALLOCATION", "in::$INDEX_ALLOCATION/file", "in:/file", "new:stream",
    /* names of devices */
    "CON", "con", "CoN.txt", "NUL", "nul.tar.gz", "AUX", "PRN", "prn.", "COM1", "com9.log", "COM0", "LPT1", "lpt5.x", "COM\xC2\xB9",
    "LPT\xC2\xB3.txt", "CONIN$", "CONOUT$", "CLOCK$", "NUL .txt", "in/NUL", "NUL/", "NUL/x", "in/../aux",
    /* short names */
    "PROGRA~1", "progra~1/x", "ALONGN~1.TXT", "A~12.B", "in/ALONGN~1", "~1", "A~1.",
    /* what Windows drops from the end of a name */
    "file.", "file ", "file...", "file. .", "in./file", "in /file", "...", ". ", ".. ", ".. /secret", "in/.. /.. /secret", ".../secret",
    /* patterns and control characters */
    "file*", "fil?", "*", "<file", "file>", "\"file", "a|b", "file\t", "file\x01", "in\n/file",
    /* as everywhere */
    "..", "../", "../secret", "in/../../secret", "in/../../box/file", "/secret", "/", "//", "nothing/../../secret", "file/../../secret",
    "../box", "/box/file", ""};

/* Names that are files like others. */
static const char *const names[] = {"a~b",
                                    "long-name~1.txt",
                                    "~",
                                    "x~1y",
                                    "COM10",
                                    "COM",
                                    "CONSOLE",
                                    "nul_",
                                    "a.b.c",
                                    ".hidden",
                                    " x",
                                    "name with spaces",
                                    "\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80",
                                    "file~1.text",
                                    "LPT",
                                    "con-",
                                    "x.con",
                                    "@#%&()[]{}=+,;'!$^"};

static int wrong;

static void report(const char *what, const char *name, __wasi_errno_t error) {
    wrong++;
    printf("%s '%s': %d\n", what, name, error);
}

static void refused(const char *what, const char *name, __wasi_errno_t error) {
    if (error == 0)
        report(what, name, error);
}

static void works(const char *what, const char *name, __wasi_errno_t error) {
    if (error != 0)
        report(what, name, error);
}

static __wasi_errno_t open_file(const char *name, __wasi_oflags_t flags, __wasi_rights_t rights) {
    __wasi_fd_t fd;
    __wasi_errno_t error = __wasi_path_open(BOX, 0, name, flags, rights, rights, 0, &fd);
    return error ? error : __wasi_fd_close(fd);
}

static void attack(const char *name) {
    const __wasi_rights_t reads = __WASI_RIGHTS_FD_READ, writes = reads | __WASI_RIGHTS_FD_WRITE;
    __wasi_filestat_t st;
    uint8_t text[64];
    __wasi_size_t length;
    refused("open", name, open_file(name, 0, reads));
    refused("open to write", name, open_file(name, 0, writes));
    refused("open a directory", name, open_file(name, __WASI_OFLAGS_DIRECTORY, __WASI_RIGHTS_FD_READDIR));
    refused("create", name, open_file(name, __WASI_OFLAGS_CREAT, writes));
    refused("create alone", name, open_file(name, __WASI_OFLAGS_CREAT | __WASI_OFLAGS_EXCL, writes));
    refused("truncate", name, open_file(name, __WASI_OFLAGS_TRUNC, writes));
    refused("stat", name, __wasi_path_filestat_get(BOX, 0, name, &st));
    refused("stat following", name, __wasi_path_filestat_get(BOX, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, name, &st));
    refused("set times", name, __wasi_path_filestat_set_times(BOX, 0, name, 0, 0, __WASI_FSTFLAGS_ATIM_NOW));
    refused("make a directory", name, __wasi_path_create_directory(BOX, name));
    refused("remove a directory", name, __wasi_path_remove_directory(BOX, name));
    refused("unlink", name, __wasi_path_unlink_file(BOX, name));
    refused("rename from", name, __wasi_path_rename(BOX, name, BOX, "renamed"));
    refused("rename to", name, __wasi_path_rename(BOX, "file", BOX, name));
    refused("rename a directory to", name, __wasi_path_rename(BOX, "in", BOX, name));
    refused("link from", name, __wasi_path_link(BOX, 0, name, BOX, "linked"));
    refused("link to", name, __wasi_path_link(BOX, 0, "file", BOX, name));
    refused("symlink at", name, __wasi_path_symlink("file", BOX, name));
    refused("readlink", name, __wasi_path_readlink(BOX, name, text, sizeof text, &length));
}

static void use(const char *name) {
    const __wasi_rights_t writes = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE;
    __wasi_filestat_t st;
    works("create", name, open_file(name, __WASI_OFLAGS_CREAT | __WASI_OFLAGS_EXCL, writes));
    works("stat", name, __wasi_path_filestat_get(BOX, 0, name, &st));
    works("rename", name, __wasi_path_rename(BOX, name, BOX, "renamed"));
    works("rename back", name, __wasi_path_rename(BOX, "renamed", BOX, name));
    works("unlink", name, __wasi_path_unlink_file(BOX, name));
    works("make", name, __wasi_path_create_directory(BOX, name));
    works("remove", name, __wasi_path_remove_directory(BOX, name));
}

/* A directory has one file for all spellings of a name. */
static void spell(void) {
    __wasi_filestat_t a, b;
    const __wasi_rights_t writes = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE;
    works("stat", "file", __wasi_path_filestat_get(BOX, 0, "file", &a));
    works("stat", "FILE", __wasi_path_filestat_get(BOX, 0, "FILE", &b));
    if (a.ino != b.ino)
        report("another file", "FILE", 0);
    refused("create alone", "File", open_file("File", __WASI_OFLAGS_CREAT | __WASI_OFLAGS_EXCL, writes));
}

int main(void) {
    char longest[800];
    for (size_t k = 0; k < sizeof escapes / sizeof *escapes; k++)
        attack(escapes[k]);
    memset(longest, 'x', sizeof longest);
    longest[256] = 0;
    attack(longest);
    longest[255] = 0;
    use(longest);
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        use(names[k]);
    spell();
    printf("%d wrong\n", wrong);
    return wrong > 0;
}
