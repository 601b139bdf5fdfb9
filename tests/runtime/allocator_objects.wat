;; Structs and arrays; see allocator_host.c.
(module
  (type $pair (sub (struct (field (mut i32)) (field (mut (ref null $pair))))))
  (type $triple (sub $pair (struct (field (mut i32)) (field (mut (ref null $pair))) (field f64))))
  (type $bytes (array (mut i8)))
  (func (export "make") (result (ref null $pair)) (struct.new $triple (i32.const 5) (ref.null $pair) (f64.const 1)))
  (func (export "bytes") (param i32) (result i32) (array.len (array.new_default $bytes (local.get 0)))))
