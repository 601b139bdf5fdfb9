;; assembler binaryen
;; call run i32:1 -> i32:84
;; call run i32:40 -> i32:1680
;; call tail i32:0 -> i32:-1
;; call tail i32:9 -> i32:2
;; call tail i32:1 -> i32:2
;; call cycle i32:50 -> i32:50
;; call again i32:3 -> i32:6
(module
  (rec
    (type $s (struct (field $v (mut i32)) (field $e (mut exnref)))))
  (tag $t (param (ref $s)))
  (tag $u (param i32 anyref))
  (global $g (mut exnref) (ref.null exn))
  (table $tab 3 exnref)

  (func $throw (param $n i32)
    (if (i32.eqz (local.get $n)) (then (throw $t (struct.new $s (i32.const 41) (ref.null exn)))))
    (drop (struct.new $s (local.get $n) (ref.null exn)))
    (throw $u (local.get $n) (ref.i31 (local.get $n))))

  (func $make (param $n i32) (result exnref)
    (block $h (result exnref)
      (try_table (catch_all_ref $h) (call $throw (local.get $n)))
      (unreachable)))

  (func $look (param $e exnref) (result i32) (local $x (ref null $s))
    (block $h (result i32 anyref)
      (block $k (result (ref $s))
        (try_table (catch $t $k) (catch $u $h) (throw_ref (local.get $e)))
        (unreachable))
      (local.set $x)
      (struct.set $s $e (local.get $x) (local.get $e))
      (return (i32.add (i32.const 1) (struct.get $s $v (local.get $x)))))
    (i31.get_u (ref.cast (ref i31)))
    (i32.add))

  (func (export "run") (param i32) (result i32) (local $e exnref) (local $i i32) (local $sum i32)
    (loop $top
      (local.set $e (call $make (local.get $i)))
      (global.set $g (local.get $e))
      (table.set $tab (i32.const 1) (global.get $g))
      (table.set $tab (i32.const 2) (table.get $tab (i32.const 1)))
      (local.set $sum (i32.add (local.get $sum) (call $look (table.get $tab (i32.const 2)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $top (i32.lt_u (local.get $i) (local.get 0))))
    (drop (call $make (i32.const 3)))
    (i32.add (local.get $sum) (call $look (global.get $g))))

  (func $count_down (param $n i32) (param $e exnref) (result exnref)
    (if (result exnref) (local.get $n)
      (then (return_call $other (i32.sub (local.get $n) (i32.const 1)) (call $make (local.get $n))))
      (else (local.get $e))))
  (func $other (param $n i32) (param $e exnref) (result exnref)
    (drop (struct.new $s (local.get $n) (local.get $e)))
    (return_call $count_down (local.get $n) (local.get $e)))
  (func (export "tail") (param i32) (result i32) (local $e exnref)
    (local.set $e (call $count_down (local.get 0) (ref.null exn)))
    (if (result i32) (ref.is_null (local.get $e)) (then (i32.const -1)) (else (call $look (local.get $e)))))

  ;; An exception that holds a struct that holds the exception, many times: nothing counts them, or they would never go.
  (func (export "cycle") (param $n i32) (result i32) (local $x (ref null $s)) (local $i i32)
    (loop $top
      (local.set $x (struct.new $s (local.get $i) (ref.null exn)))
      (struct.set $s $e (local.get $x)
        (block $h (result exnref)
          (try_table (catch_all_ref $h) (throw $t (ref.as_non_null (local.get $x))))
          (unreachable)))
      (local.set $i (i32.add (local.get $i) (call $is_held (local.get $x))))
      (br_if $top (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $i))
  (func $is_held (param $x (ref null $s)) (result i32)
    (block $h (result (ref $s))
      (try_table (catch $t $h) (throw_ref (struct.get $s $e (local.get $x))))
      (unreachable))
    (ref.eq (local.get $x)))

  ;; What a catch has kept is thrown again, with objects made in between.
  (func (export "again") (param $n i32) (result i32) (local $e exnref)
    (block $h (result i32 anyref)
      (try_table (catch $u $h)
        (block $all (result exnref)
          (try_table (catch_all_ref $all) (call $throw (local.get $n)))
          (unreachable))
        (local.set $e)
        (drop (struct.new $s (i32.const 1) (local.get $e)))
        (throw_ref (local.get $e)))
      (unreachable))
    (i31.get_u (ref.cast (ref i31)))
    (i32.add)))
