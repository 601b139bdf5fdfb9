/* An exception that nobody catches ends the program: std::terminate runs the handler. With an argument none is set. */
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>

static void handler() {
    try {
        std::rethrow_exception(std::current_exception());
    } catch (const std::exception &e) {
        std::printf("terminate: %s\n", e.what());
    }
    std::fflush(stdout);
    std::_Exit(3);
}

int main(int argc, char **) {
    if (argc == 1)
        std::set_terminate(handler);
    std::printf("before\n");
    std::fflush(stdout);
    throw std::runtime_error("nobody wants me");
}
