// codec.wasm (../library/codec.c) as a C++ class: the instance is freed by its owner, traps are exceptions.
//
//     clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry ../library/codec.c -o codec.wasm
//     wasmelt codec.wasm --emit=lib
//     c++ -std=c++17 host.cpp libcodec.a $(pkg-config --cflags --libs wasmelt) -o host && ./host
#include <cstdint>
#include <cstring>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "codec.h"

struct trap : std::runtime_error {
    explicit trap(wasmelt_trap_code code) : std::runtime_error(wasmelt_trap_message(code)), code(code) {}
    wasmelt_trap_code code;
};

// Calls `body`, and throws what trap ended it. A trap drops the body's frames without destroying their objects, so the
// body holds none that need it; and no exception may leave it.
template <typename Body> void run(Body &&body) {
    auto call = [](void *argument) noexcept { (*static_cast<std::remove_reference_t<Body> *>(argument))(); };
    if (wasmelt_trap_code code = wasmelt_run(call, &body, nullptr))
        throw trap(code);
}

class Codec {
public:
    explicit Codec(std::uint64_t maximum_bytes = 0) {
        wasmelt_options options{};
        options.memory.maximum_bytes = maximum_bytes;
        codec *made;
        wasmelt_error error;
        if (codec_instantiate_with(&options, &made, &error) != WASMELT_OK)
            throw std::runtime_error(error.message);
        instance.reset(made);
    }

    std::string encode(std::string_view bytes) {
        return convert(codec_encode, bytes, 2 * bytes.size());
    }

    std::string decode(std::string_view bytes) {
        return convert(codec_decode, bytes, 255 * bytes.size());
    }

private:
    struct free_instance {
        void operator()(codec *c) const { codec_instance_free(c); }
    };
    std::unique_ptr<codec, free_instance> instance;

    using conversion = std::uint32_t (*)(codec *, std::uint32_t from, std::uint32_t size, std::uint32_t to);

    // The address of `size` bytes; inside run.
    std::uint32_t allocate(std::size_t size) {
        std::uint32_t address = size > UINT32_MAX ? 0 : codec_allocate(instance.get(), static_cast<std::uint32_t>(size));
        if (address == 0)
            wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
        return address;
    }

    std::string convert(conversion function, std::string_view bytes, std::size_t room) {
        wasmelt_memory *memory = codec_memory(instance.get());
        std::uint32_t to = 0, length = 0;
        run([&] {
            codec_reset(instance.get());
            std::uint32_t from = allocate(bytes.size());
            to = allocate(room);
            std::memcpy(wasmelt_memory_need(memory, from, bytes.size()), bytes.data(), bytes.size());
            length = function(instance.get(), from, static_cast<std::uint32_t>(bytes.size()), to);
        });
        auto result = static_cast<const char *>(wasmelt_memory_at(memory, to, length));
        return result ? std::string(result, length) : std::string();
    }
};

int main() {
    Codec one, small(1 << 20);
    std::string packed = one.encode("aaaaaaaaaaaaaabbb");
    std::cout << packed.size() << " bytes, back: " << small.decode(packed) << "\n";
    try {
        small.decode(std::string(100000, 'x'));
    } catch (const trap &t) {
        std::cout << "a small one: " << t.what() << "\n";
    }
    std::cout << "goes on: " << small.decode(packed) << "\n";
}
