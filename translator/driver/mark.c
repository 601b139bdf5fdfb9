#include "driver/mark.h"

#include <ar.h>
#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "translate.h"

/* A file, or a member of an archive. */
typedef struct part {
    int fd;
    uint64_t start, size;
} part;

static bool read_at(const part *p, uint64_t offset, void *bytes, size_t length) {
    return offset <= p->size && length <= p->size - offset && pread(p->fd, bytes, length, (off_t)(p->start + offset)) == (ssize_t)length;
}

/* ---- ELF, of machines with 32-bit or 64-bit pointers, in either byte order ---- */

typedef struct elf {
    const part *p;
    bool is_wide, is_big;
    uint64_t sections; /* where the headers of sections are */
    unsigned count, names;
} elf;

typedef struct section {
    uint64_t name, offset, size;
} section;

/* Reads a number of `width` bytes; 0 if it is not there. */
static uint64_t number_at(const elf *e, uint64_t offset, unsigned width) {
    uint8_t bytes[8];
    uint64_t number = 0;
    if (!read_at(e->p, offset, bytes, width))
        return 0;
    for (unsigned k = 0; k < width; k++)
        number |= (uint64_t)bytes[k] << 8 * (e->is_big ? width - 1 - k : k);
    return number;
}

/* A member of a header at `start`, which has its own place and width in each of the two formats. */
#define MEMBER(e, start, Header, member)                                                                                                   \
    ((e)->is_wide ? number_at(e, (start) + offsetof(Elf64_##Header, member), sizeof((Elf64_##Header *)0)->member)                          \
                  : number_at(e, (start) + offsetof(Elf32_##Header, member), sizeof((Elf32_##Header *)0)->member))

static bool open_elf(elf *e, const part *p) {
    unsigned char ident[EI_NIDENT];
    if (!read_at(p, 0, ident, sizeof ident) || memcmp(ident, ELFMAG, SELFMAG) != 0)
        return false;
    *e = (elf){.p = p, .is_wide = ident[EI_CLASS] == ELFCLASS64, .is_big = ident[EI_DATA] == ELFDATA2MSB};
    e->sections = MEMBER(e, 0, Ehdr, e_shoff);
    e->count = (unsigned)MEMBER(e, 0, Ehdr, e_shnum);
    e->names = (unsigned)MEMBER(e, 0, Ehdr, e_shstrndx);
    return MEMBER(e, 0, Ehdr, e_shentsize) == (e->is_wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr));
}

static section section_of(const elf *e, unsigned k) {
    uint64_t start = e->sections + (uint64_t)k * (e->is_wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr));
    return (section){MEMBER(e, start, Shdr, sh_name), MEMBER(e, start, Shdr, sh_offset), MEMBER(e, start, Shdr, sh_size)};
}

/* Whether a section of texts, each ended by a zero byte, has one with this beginning. Texts of compilers are short. */
static bool has_text(const part *p, const section *s, const char *beginning) {
    char texts[4096];
    size_t length = s->size < sizeof texts ? (size_t)s->size : sizeof texts - 1;
    if (!read_at(p, s->offset, texts, length))
        return false;
    texts[length] = 0;
    for (size_t at = 0; at < length; at += strlen(texts + at) + 1)
        if (strncmp(texts + at, beginning, strlen(beginning)) == 0)
            return true;
    return false;
}

static bool elf_has_mark(const part *p, const char *beginning) {
    static const char wanted[] = ".comment";
    char name[sizeof wanted];
    elf e;
    if (!open_elf(&e, p))
        return false;
    uint64_t names = section_of(&e, e.names).offset;
    for (unsigned k = 0; k < e.count; k++) {
        section s = section_of(&e, k);
        if (names <= p->size && read_at(p, names + s.name, name, sizeof name) && memcmp(name, wanted, sizeof wanted) == 0 &&
            has_text(p, &s, beginning))
            return true;
    }
    return false;
}

/* ---- Archives ---- */

/* The symbol index and the table of long names are members of an archive too: their names begin with a slash that no digit follows. */
static bool is_table(const struct ar_hdr *h) {
    return h->ar_name[0] == '/' && (h->ar_name[1] < '0' || h->ar_name[1] > '9');
}

static bool archive_has_mark(const part *p, const char *beginning) {
    struct ar_hdr h;
    uint64_t at = SARMAG;
    bool any = false;
    while (read_at(p, at, &h, sizeof h) && memcmp(h.ar_fmag, ARFMAG, sizeof h.ar_fmag) == 0) {
        char digits[sizeof h.ar_size + 1] = "";
        memcpy(digits, h.ar_size, sizeof h.ar_size);
        part member = {p->fd, p->start + at + sizeof h, strtoull(digits, NULL, 10)};
        if (!is_table(&h) && !elf_has_mark(&member, beginning))
            return false;
        any = any || !is_table(&h);
        at += sizeof h + member.size + (member.size & 1);
    }
    return any && at == p->size;
}

bool mark_is_on(int fd, const char *kind) {
    char magic[SARMAG], beginning[32];
    struct stat st;
    if (fstat(fd, &st) != 0)
        return false;
    part whole = {fd, 0, (uint64_t)st.st_size};
    snprintf(beginning, sizeof beginning, MARK_FORMAT, kind);
    if (read_at(&whole, 0, magic, sizeof magic) && memcmp(magic, ARMAG, SARMAG) == 0)
        return archive_has_mark(&whole, beginning);
    return elf_has_mark(&whole, beginning);
}
