/* A register machine with a switch of many cases, running a prime sieve, a sort and a collatz search. */
#include "bench.h"

enum {
    ADD,
    SUB,
    MUL,
    DIV,
    MOD,
    AND,
    OR,
    XOR,
    SHL,
    SHR,
    ADDI,
    SUBI,
    MULI,
    ANDI,
    MOV,
    LI,
    LD,
    ST,
    LDX,
    STX,
    JMP,
    JZ,
    JNZ,
    JLT,
    JGE,
    JEQ,
    JNE,
    INC,
    DEC,
    NEG,
    NOT,
    CALL,
    RET,
    OUT,
    HALT,
    NOP
};

typedef struct {
    uint8_t op, a, b, c;
    int32_t imm;
} instruction;

static int32_t memory[1 << 16];
static instruction code[256];
static int length;

static int put(int op, int a, int b, int c, int imm) {
    code[length] = (instruction){(uint8_t)op, (uint8_t)a, (uint8_t)b, (uint8_t)c, imm};
    return length++;
}

static void run(int pc) {
    int32_t r[16] = {0};
    int stack[64], depth = 0;
    for (;;) {
        instruction i = code[pc++];
        switch (i.op) {
        case ADD:
            r[i.a] = (int32_t)((uint32_t)r[i.b] + (uint32_t)r[i.c]);
            break;
        case SUB:
            r[i.a] = (int32_t)((uint32_t)r[i.b] - (uint32_t)r[i.c]);
            break;
        case MUL:
            r[i.a] = (int32_t)((uint32_t)r[i.b] * (uint32_t)r[i.c]);
            break;
        case DIV:
            r[i.a] = r[i.c] > 0 ? r[i.b] / r[i.c] : 0;
            break;
        case MOD:
            r[i.a] = r[i.c] > 0 ? r[i.b] % r[i.c] : 0;
            break;
        case AND:
            r[i.a] = r[i.b] & r[i.c];
            break;
        case OR:
            r[i.a] = r[i.b] | r[i.c];
            break;
        case XOR:
            r[i.a] = r[i.b] ^ r[i.c];
            break;
        case SHL:
            r[i.a] = (int32_t)((uint32_t)r[i.b] << (r[i.c] & 31));
            break;
        case SHR:
            r[i.a] = (int32_t)((uint32_t)r[i.b] >> (r[i.c] & 31));
            break;
        case ADDI:
            r[i.a] = (int32_t)((uint32_t)r[i.b] + (uint32_t)i.imm);
            break;
        case SUBI:
            r[i.a] = (int32_t)((uint32_t)r[i.b] - (uint32_t)i.imm);
            break;
        case MULI:
            r[i.a] = (int32_t)((uint32_t)r[i.b] * (uint32_t)i.imm);
            break;
        case ANDI:
            r[i.a] = r[i.b] & i.imm;
            break;
        case MOV:
            r[i.a] = r[i.b];
            break;
        case LI:
            r[i.a] = i.imm;
            break;
        case LD:
            r[i.a] = memory[i.imm & 0xFFFF];
            break;
        case ST:
            memory[i.imm & 0xFFFF] = r[i.a];
            break;
        case LDX:
            r[i.a] = memory[(r[i.b] + i.imm) & 0xFFFF];
            break;
        case STX:
            memory[(r[i.b] + i.imm) & 0xFFFF] = r[i.a];
            break;
        case JMP:
            pc = i.imm;
            break;
        case JZ:
            if (r[i.a] == 0)
                pc = i.imm;
            break;
        case JNZ:
            if (r[i.a] != 0)
                pc = i.imm;
            break;
        case JLT:
            if (r[i.a] < r[i.b])
                pc = i.imm;
            break;
        case JGE:
            if (r[i.a] >= r[i.b])
                pc = i.imm;
            break;
        case JEQ:
            if (r[i.a] == r[i.b])
                pc = i.imm;
            break;
        case JNE:
            if (r[i.a] != r[i.b])
                pc = i.imm;
            break;
        case INC:
            r[i.a]++;
            break;
        case DEC:
            r[i.a]--;
            break;
        case NEG:
            r[i.a] = -r[i.a];
            break;
        case NOT:
            r[i.a] = ~r[i.a];
            break;
        case CALL:
            stack[depth++ & 63] = pc;
            pc = i.imm;
            break;
        case RET:
            pc = stack[--depth & 63];
            break;
        case OUT:
            mix((uint32_t)r[i.a]);
            break;
        case NOP:
            break;
        default:
            return;
        }
    }
}

/* Counts the primes below `limit`; r0 is left with their number. */
static int assemble_sieve(int limit) {
    int start = put(LI, 1, 0, 0, 0);
    put(LI, 2, 0, 0, limit);
    put(LI, 3, 0, 0, 1);
    int clear = put(STX, 3, 1, 0, 0);
    put(INC, 1, 0, 0, 0);
    put(JLT, 1, 2, 0, clear);
    put(LI, 0, 0, 0, 0);
    put(LI, 1, 0, 0, 2);
    put(LI, 5, 0, 0, 0);
    int outer = put(LDX, 4, 1, 0, 0);
    int skip = put(JZ, 4, 0, 0, 0);
    put(INC, 0, 0, 0, 0);
    put(ADD, 6, 1, 1, 0);
    int done = put(JGE, 6, 2, 0, 0);
    int inner = put(STX, 5, 6, 0, 0);
    put(ADD, 6, 6, 1, 0);
    put(JLT, 6, 2, 0, inner);
    code[skip].imm = code[done].imm = put(INC, 1, 0, 0, 0);
    put(JLT, 1, 2, 0, outer);
    put(OUT, 0, 0, 0, 0);
    put(HALT, 0, 0, 0, 0);
    return start;
}

/* The longest Collatz sequence that starts below `limit`. */
static int assemble_collatz(int limit) {
    int start = put(LI, 1, 0, 0, 1);
    put(LI, 2, 0, 0, limit);
    put(LI, 7, 0, 0, 1);
    put(LI, 8, 0, 0, 0);
    int next = put(MOV, 3, 1, 0, 0);
    put(LI, 4, 0, 0, 0);
    int call = put(CALL, 0, 0, 0, 0);
    int keep = put(JGE, 8, 4, 0, 0);
    put(MOV, 8, 4, 0, 0);
    code[keep].imm = put(INC, 1, 0, 0, 0);
    put(JLT, 1, 2, 0, next);
    put(OUT, 8, 0, 0, 0);
    put(HALT, 0, 0, 0, 0);
    int step = put(INC, 4, 0, 0, 0);
    code[call].imm = step;
    put(ANDI, 5, 3, 0, 1);
    int odd = put(JNZ, 5, 0, 0, 0);
    put(SHR, 3, 3, 7, 0);
    int join = put(JMP, 0, 0, 0, 0);
    code[odd].imm = put(MULI, 3, 3, 0, 3);
    put(INC, 3, 0, 0, 0);
    code[join].imm = put(JNE, 3, 7, 0, step);
    put(RET, 0, 0, 0, 0);
    return start;
}

int main(void) {
    int sieve = assemble_sieve(60000), collatz = assemble_collatz(9000);
    for (int round = 0; round < ROUNDS(45); round++) {
        run(sieve);
        run(collatz);
    }
    return report();
}
