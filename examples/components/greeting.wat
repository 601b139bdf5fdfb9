;; A component made of two. One has texts: a resource, in a memory of its own. The other one makes texts of names, and is given what it
;; needs by the first one: strings go from its memory to that of the other.
(component
  ;; interface words {
  ;;   resource text {
  ;;     constructor(beginning: string);
  ;;     append: func(more: string);
  ;;     read: func() -> string;
  ;;   }
  ;;   live: func() -> u32;
  ;; }
  (component $words
    (core module $store
      (memory (export "memory") 1)
      (global $end (mut i32) (i32.const 64)) ;; what is beyond has not been used yet
      (global $live (export "live") (mut i32) (i32.const 0))
      (func (export "realloc") (param $old i32) (param $bytes i32) (param i32) (param $wanted i32) (result i32)
        (local $at i32)
        (local.set $at (global.get $end))
        (global.set $end (i32.and (i32.add (i32.add (local.get $at) (local.get $wanted)) (i32.const 7)) (i32.const -8)))
        (if (i32.gt_u (global.get $end) (i32.mul (memory.size) (i32.const 65536)))
          (then (if (i32.eq (memory.grow (i32.add (i32.div_u (local.get $wanted) (i32.const 65536)) (i32.const 1))) (i32.const -1))
            (then unreachable))))
        (memory.copy (local.get $at) (local.get $old) (local.get $bytes))
        (local.get $at))
      (func (export "drop") (param i32) (global.set $live (i32.sub (global.get $live) (i32.const 1)))))
    (core instance $store (instantiate $store))
    (type $text (resource (rep i32) (dtor (core func $store "drop"))))
    (core func $new (canon resource.new $text))

    ;; A text is represented by where its address and length are.
    (core module $code
      (import "store" "memory" (memory 1))
      (import "store" "live" (global $live (mut i32)))
      (import "store" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
      (import "own" "new" (func $new (param i32) (result i32)))
      (func (export "new") (param $at i32) (param $length i32) (result i32) (local $text i32)
        (local.set $text (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 8)))
        (i32.store (local.get $text) (local.get $at))
        (i32.store offset=4 (local.get $text) (local.get $length))
        (global.set $live (i32.add (global.get $live) (i32.const 1)))
        (call $new (local.get $text)))
      (func (export "append") (param $text i32) (param $at i32) (param $length i32) (local $before i32)
        (local.set $before (i32.load offset=4 (local.get $text)))
        (i32.store (local.get $text) (call $realloc (i32.load (local.get $text)) (local.get $before) (i32.const 1)
          (i32.add (local.get $before) (local.get $length))))
        (memory.copy (i32.add (i32.load (local.get $text)) (local.get $before)) (local.get $at) (local.get $length))
        (i32.store offset=4 (local.get $text) (i32.add (local.get $before) (local.get $length))))
      (func (export "read") (param $text i32) (result i32) (local.get $text))
      (func (export "live") (result i32) (global.get $live)))
    (core instance $code (instantiate $code (with "store" (instance $store)) (with "own" (instance (export "new" (func $new))))))

    (func $new' (param "beginning" string) (result (own $text))
      (canon lift (core func $code "new") (memory (core memory $store "memory")) (realloc (core func $store "realloc"))))
    (func $append' (param "self" (borrow $text)) (param "more" string)
      (canon lift (core func $code "append") (memory (core memory $store "memory")) (realloc (core func $store "realloc"))))
    (func $read' (param "self" (borrow $text)) (result string)
      (canon lift (core func $code "read") (memory (core memory $store "memory"))))
    (func $live' (result u32) (canon lift (core func $code "live")))
    ;; Functions are exported with the types that their interface exports.
    (component $interface
      (import "text" (type $text (sub resource)))
      (import "new" (func $new (param "beginning" string) (result (own $text))))
      (import "append" (func $append (param "self" (borrow $text)) (param "more" string)))
      (import "read" (func $read (param "self" (borrow $text)) (result string)))
      (import "live" (func $live (result u32)))
      (export $t "text" (type $text))
      (export "[constructor]text" (func $new) (func (param "beginning" string) (result (own $t))))
      (export "[method]text.append" (func $append) (func (param "self" (borrow $t)) (param "more" string)))
      (export "[method]text.read" (func $read) (func (param "self" (borrow $t)) (result string)))
      (export "live" (func $live)))
    (instance $words (instantiate $interface (with "text" (type $text)) (with "new" (func $new')) (with "append" (func $append'))
      (with "read" (func $read')) (with "live" (func $live'))))
    (export "docs:greeting/words" (instance $words)))

  ;; interface greeter {
  ;;   use words.{text};
  ;;   greet: func(names: list<string>) -> text;
  ;; }
  (component $greeter
    (import "docs:greeting/words" (instance $words
      (export "text" (type $text (sub resource)))
      (export "[constructor]text" (func (param "beginning" string) (result (own $text))))
      (export "[method]text.append" (func (param "self" (borrow $text)) (param "more" string)))))
    (alias export $words "text" (type $text))
    (alias export $words "[constructor]text" (func $new))
    (alias export $words "[method]text.append" (func $append))
    (core module $store
      (memory (export "memory") 1)
      (global $end (mut i32) (i32.const 64))
      (func (export "realloc") (param i32 i32 i32) (param $wanted i32) (result i32) (local $at i32)
        (local.set $at (global.get $end))
        (global.set $end (i32.and (i32.add (i32.add (local.get $at) (local.get $wanted)) (i32.const 7)) (i32.const -8)))
        (if (i32.gt_u (global.get $end) (i32.const 65536)) (then unreachable))
        (local.get $at))
      (func (export "done") (global.set $end (i32.const 64))) ;; arguments are not needed any more
      (data (i32.const 16) "hello, "))
    (core instance $store (instantiate $store))
    (core func $new' (canon lower (func $new) (memory (core memory $store "memory"))))
    (core func $append' (canon lower (func $append) (memory (core memory $store "memory"))))
    (core module $code
      (import "store" "memory" (memory 1))
      (import "store" "done" (func $done))
      (import "words" "new" (func $new (param i32 i32) (result i32)))
      (import "words" "append" (func $append (param i32 i32 i32)))
      (func (export "greet") (param $name i32) (param $count i32) (result i32) (local $text i32)
        (local.set $text (call $new (i32.const 16) (i32.const 5))) ;; "hello"
        (loop $next
          (if (local.get $count)
            (then
              (call $append (local.get $text) (i32.const 21) (i32.const 2)) ;; ", "
              (call $append (local.get $text) (i32.load (local.get $name)) (i32.load offset=4 (local.get $name)))
              (local.set $name (i32.add (local.get $name) (i32.const 8)))
              (local.set $count (i32.sub (local.get $count) (i32.const 1)))
              (br $next))))
        (call $done)
        (local.get $text)))
    (core instance $code (instantiate $code (with "store" (instance $store))
      (with "words" (instance (export "new" (func $new')) (export "append" (func $append'))))))
    (func $greet (param "names" (list string)) (result (own $text))
      (canon lift (core func $code "greet") (memory (core memory $store "memory")) (realloc (core func $store "realloc"))))
    (instance $greeter (export "text" (type $text)) (export "greet" (func $greet)))
    (export "docs:greeting/greeter" (instance $greeter)))

  (instance $w (instantiate $words))
  (alias export $w "docs:greeting/words" (instance $words))
  (instance $g (instantiate $greeter (with "docs:greeting/words" (instance $words))))
  (export "docs:greeting/words" (instance $words))
  (alias export $g "docs:greeting/greeter" (instance $greeter))
  (export "docs:greeting/greeter" (instance $greeter)))
