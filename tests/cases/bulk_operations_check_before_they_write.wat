;; call fill i32:10 i32:0x1ff i32:3 ->
;; read 9 "\x00\xff\xff\xff\x00"
;; call fill i32:65530 i32:1 i32:7 -> trap "out of bounds memory access"
;; read 65530 "\x00\x00\x00\x00\x00\x00"
;; call fill i32:65536 i32:1 i32:0 ->
;; call fill i32:65537 i32:1 i32:0 -> trap "out of bounds memory access"
;; call init i32:0 i32:0 i32:8 ->
;; read 0 "abcdefgh"
;; call copy i32:2 i32:0 i32:6 ->
;; read 0 "ababcdef"
;; call copy i32:0 i32:2 i32:6 ->
;; read 0 "abcdefef"
;; call copy i32:65530 i32:0 i32:7 -> trap "out of bounds memory access"
;; call copy i32:0 i32:-1 i32:2 -> trap "out of bounds memory access"
;; call init i32:0 i32:5 i32:4 -> trap "out of bounds memory access"
;; call init i32:0 i32:-1 i32:2 -> trap "out of bounds memory access"
;; call discard ->
;; call init i32:0 i32:0 i32:1 -> trap "out of bounds memory access"
;; call init i32:0 i32:0 i32:0 ->
;; call discard ->
(module
  (memory (export "memory") 1)
  (data $text "abcdefgh")
  (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init") (param i32 i32 i32) (memory.init $text (local.get 0) (local.get 1) (local.get 2)))
  (func (export "discard") (data.drop $text)))
