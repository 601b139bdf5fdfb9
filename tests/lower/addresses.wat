;; An index that has been accessed does not wrap around when a little is added: the constant becomes the access's offset.
(module
  (memory 1)
  (func (export "f") (param i32) (result i32)
    (i32.add
      (i32.load (local.get 0))
      (i32.load (i32.add (local.get 0) (i32.const 8))))))

;; before:
;;   function 0
;;     p0 i32: 0 read, 0 written
;;   block 1
;;   end 1
;;   return(i32.add(i32.load(p0), i32.load(i32.add(p0, 8))))

;; behind:
;;   function 0
;;     p0 i32: 0 read, 0 written
;;   block 1
;;   end 1
;;   return(i32.add(i32.load(p0), i32.load(p0 + 8)))
