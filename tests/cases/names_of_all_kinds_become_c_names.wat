;; call "" -> i32:1
;; call "int" -> i32:2
;; call "*/ int x; /*" -> i32:3
;; call "line\nbreak" -> i32:4
;; call "zero\x00byte" -> i32:5
;; call "\"quoted\\" -> i32:6
;; call "caf\u00e9 \u65e5\u672c" -> i32:7
;; call "a.b" -> i32:8
;; call "a-b" -> i32:9
;; call "a_b" -> i32:10
;; call "??/" -> i32:11
;; call "memory" -> i32:12
;; call "new" -> i32:13
;; call "module" -> i32:14
;; call "main" -> i32:15
;; call "uint32_t" -> i32:16
;; call "Int" -> i32:17
;; call "_x" -> i32:18
;; call "1x" -> i32:19
;; call "%s%n" -> i32:20
;; call "free" -> i32:21
;; call "instance" -> i32:22
;; call "memcpy" -> i32:23
;; call "wasmelt_trap_raise" -> i32:24
;; call "tested_module" -> i32:25
;; call "NULL" -> i32:26
;; call "locals" i32:1 -> i32:6
;; call "//\\" -> i32:28
(module
  (func $int (export "") (result i32) (i32.const 1))
  (func $return (export "int") (result i32) (i32.const 2))
  (func $while (export "*/ int x; /*") (result i32) (i32.const 3))
  (func $main (export "line\nbreak") (result i32) (i32.const 4))
  (func $memcpy (export "zero\00byte") (result i32) (i32.const 5))
  (func $printf (export "\"quoted\\") (result i32) (i32.const 6))
  (func $NULL (export "caf\c3\a9 \e6\97\a5\e6\9c\ac") (result i32) (i32.const 7))
  (func $a.b (export "a.b") (result i32) (i32.const 8))
  (func $a-b (export "a-b") (result i32) (i32.const 9))
  (func $a_b (export "a_b") (result i32) (i32.const 10))
  (func $asm (export "??/") (result i32) (i32.const 11))
  (func $f0 (export "memory") (result i32) (i32.const 12))
  (func $f1 (export "new") (result i32) (i32.const 13))
  (func $f (export "module") (result i32) (i32.const 14))
  (func $_ (export "main") (result i32) (i32.const 15))
  (func $uint32_t (export "uint32_t") (result i32) (i32.const 16))
  (func $Int (export "Int") (result i32) (i32.const 17))
  (func $_x (export "_x") (result i32) (i32.const 18))
  (func $1x (export "1x") (result i32) (i32.const 19))
  (func $%n (export "%s%n") (result i32) (i32.const 20))
  (func $free (export "free") (result i32) (i32.const 21))
  (func $instance (export "instance") (result i32) (i32.const 22))
  (func $linux (export "memcpy") (result i32) (i32.const 23))
  (func $wasmelt_trap (export "wasmelt_trap_raise") (result i32) (i32.const 24))
  (func $tested_module (export "tested_module") (result i32) (i32.const 25))
  (func $unix (export "NULL") (result i32) (i32.const 26))
  (func $locals (export "locals") (param $int i32) (result i32)
    (local $instance i32) (local $memory i32) (local $p0 i32) (local $br i32) (local $l0 i32) (local $NULL i32)
    (local.set $instance (i32.const 1))
    (local.set $memory (i32.const 1))
    (local.set $p0 (i32.const 1))
    (local.set $br (i32.const 1))
    (local.set $l0 (i32.const 1))
    (i32.add (i32.add (i32.add (local.get $int) (local.get $instance)) (i32.add (local.get $memory) (local.get $p0)))
             (i32.add (i32.add (local.get $br) (local.get $l0)) (local.get $NULL))))
  (func $slash (export "//\\") (result i32) (i32.const 28)))
