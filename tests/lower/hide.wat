;; Compilers would take x + 0.0 for x, although adding zero makes a signalling NaN quiet; and clang would load and multiply in one
;; instruction.
(module
  (memory 1)
  (func (export "f") (param f64) (result f64)
    (f64.add (local.get 0) (f64.const 0)))
  (func (export "g") (param i32)
    (i32.store (i32.const 8) (i32.mul (i32.load (local.get 0)) (i32.const 10))))
  (func (export "h") (result v128)
    (v128.const i32x4 0x7f800001 0 0 0)))

;; before:
;;   function 0
;;     p0 f64: 1 read, 0 written
;;   return(f64.add(p0, f64:0x0))
;;   function 1
;;     p0 i32: 1 read, 0 written
;;   i32.store(8, i32.mul(i32.load(p0), 10))
;;   function 2
;;   return(v128.const[1 0 128 127 0 0 0 0 0 0 0 0 0 0 0 0]())

;; behind:
;;   function 0
;;     p0 f64: 1 read, 0 written
;;   return(f64.add(p0, hidden f64:0x0))
;;   function 1
;;     p0 i32: 1 read, 0 written
;;   i32.store(8, i32.mul(hidden i32.load(p0), 10))
;;   function 2
;;   return(hidden v128.const[1 0 128 127 0 0 0 0 0 0 0 0 0 0 0 0]())
