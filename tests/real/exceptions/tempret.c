/* What emscripten's setjmp expects of its JavaScript: a second result, passed through a variable. */
static unsigned value;

void setTempRet0(unsigned v) {
    value = v;
}

unsigned getTempRet0(void) {
    return value;
}
