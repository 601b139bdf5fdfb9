#include "driver/mark.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/system.h"
#include "translate.h"

/* A file, or a member of an archive. */
typedef struct part {
    int fd;
    uint64_t start, size;
} part;

static bool read_at(const part *p, uint64_t offset, void *bytes, size_t length) {
    return offset <= p->size && length <= p->size - offset && system_read_at(p->fd, p->start + offset, bytes, length);
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

/* The members of headers that matter here: where each is, and how wide, in ELF of 32 and of 64 bits (elf(5) has the structs). */
typedef struct elf_member {
    unsigned char at[2], width[2];
} elf_member;
static const elf_member ehdr_shoff = {{32, 40}, {4, 8}}, ehdr_shentsize = {{46, 58}, {2, 2}}, ehdr_shnum = {{48, 60}, {2, 2}},
                        ehdr_shstrndx = {{50, 62}, {2, 2}}, shdr_name = {{0, 0}, {4, 4}}, shdr_offset = {{16, 24}, {4, 8}},
                        shdr_size = {{20, 32}, {4, 8}};
static const unsigned section_header_size[] = {40, 64};

/* A member of a header at `start`. */
static uint64_t member_at(const elf *e, uint64_t start, elf_member m) {
    return number_at(e, start + m.at[e->is_wide], m.width[e->is_wide]);
}

static bool open_elf(elf *e, const part *p) {
    enum { CLASS = 4, ORDER = 5, IDENT = 16, WIDE = 2, BIG = 2 };
    unsigned char ident[IDENT];
    if (!read_at(p, 0, ident, sizeof ident) || memcmp(ident, "\177ELF", 4) != 0)
        return false;
    *e = (elf){.p = p, .is_wide = ident[CLASS] == WIDE, .is_big = ident[ORDER] == BIG};
    e->sections = member_at(e, 0, ehdr_shoff);
    e->count = (unsigned)member_at(e, 0, ehdr_shnum);
    e->names = (unsigned)member_at(e, 0, ehdr_shstrndx);
    return member_at(e, 0, ehdr_shentsize) == section_header_size[e->is_wide];
}

static section section_of(const elf *e, unsigned k) {
    uint64_t start = e->sections + (uint64_t)k * section_header_size[e->is_wide];
    return (section){member_at(e, start, shdr_name), member_at(e, start, shdr_offset), member_at(e, start, shdr_size)};
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

#define ARCHIVE_MAGIC "!<arch>\n"

/* The header of a member, which is text. */
typedef struct archive_member {
    char name[16], times_and_owners[32], size[10], end[2];
} archive_member;

/* The symbol index and the table of long names are members of an archive too: their names begin with a slash that no digit follows. */
static bool is_table(const archive_member *h) {
    return h->name[0] == '/' && (h->name[1] < '0' || h->name[1] > '9');
}

static bool archive_has_mark(const part *p, const char *beginning) {
    archive_member h;
    uint64_t at = strlen(ARCHIVE_MAGIC);
    bool any = false;
    while (read_at(p, at, &h, sizeof h) && memcmp(h.end, "`\n", sizeof h.end) == 0) {
        char digits[sizeof h.size + 1] = "";
        memcpy(digits, h.size, sizeof h.size);
        part member = {p->fd, p->start + at + sizeof h, strtoull(digits, NULL, 10)};
        if (!is_table(&h) && !elf_has_mark(&member, beginning))
            return false;
        any = any || !is_table(&h);
        at += sizeof h + member.size + (member.size & 1);
    }
    return any && at == p->size;
}

bool mark_is_on(int fd, const char *kind) {
    char magic[sizeof ARCHIVE_MAGIC - 1], beginning[32];
    part whole = {.fd = fd};
    system_kind_of(fd, &whole.size);
    snprintf(beginning, sizeof beginning, MARK_FORMAT, kind);
    if (read_at(&whole, 0, magic, sizeof magic) && memcmp(magic, ARCHIVE_MAGIC, sizeof magic) == 0)
        return archive_has_mark(&whole, beginning);
    return elf_has_mark(&whole, beginning);
}
