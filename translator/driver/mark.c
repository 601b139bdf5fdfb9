#include "driver/mark.h"

#include <ar.h>
#include <elf.h>
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

/* ---- ELF ---- */

static bool read_section(const part *p, const Elf64_Ehdr *head, unsigned k, Elf64_Shdr *s) {
    return head->e_shoff <= p->size && read_at(p, head->e_shoff + (uint64_t)k * sizeof *s, s, sizeof *s);
}

/* Whether a section of texts, each ended by a zero byte, has one with this beginning. Texts of compilers are short. */
static bool has_text(const part *p, const Elf64_Shdr *s, const char *beginning) {
    char texts[4096];
    size_t length = s->sh_size < sizeof texts ? (size_t)s->sh_size : sizeof texts - 1;
    if (!read_at(p, s->sh_offset, texts, length))
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
    Elf64_Ehdr head;
    Elf64_Shdr names, s;
    if (!read_at(p, 0, &head, sizeof head) || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_ident[EI_CLASS] != ELFCLASS64 ||
        head.e_shentsize != sizeof s || !read_section(p, &head, head.e_shstrndx, &names))
        return false;
    for (unsigned k = 0; k < head.e_shnum; k++)
        if (read_section(p, &head, k, &s) && names.sh_offset <= p->size && read_at(p, names.sh_offset + s.sh_name, name, sizeof name) &&
            memcmp(name, wanted, sizeof wanted) == 0 && has_text(p, &s, beginning))
            return true;
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
