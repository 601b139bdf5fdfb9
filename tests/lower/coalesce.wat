;; The inner block hands its result on to the outer one, which ends there too: both are one variable.
(module
  (func (export "f") (param i32) (result i32)
    (block (result i32)
      (block (result i32)
        (br_if 0 (i32.const 1) (local.get 0))
        (br_if 1 (local.get 0))
        drop
        (i32.const 3)))))

;; before:
;;   function 0
;;     p0 i32: 2 read, 0 written
;;     r1 i32: 1 read, 2 written
;;     r2 i32: 1 read, 2 written
;;   block 1
;;     block 2
;;       block 3
;;         r1 = 1
;;         br_if 3(p0)
;;         r2 = 1
;;         br_if 2(p0)
;;         r1 = 3
;;       end 3
;;       r2 = r1
;;     end 2
;;   end 1
;;   return(r2)

;; behind:
;;   function 0
;;     p0 i32: 2 read, 0 written
;;     r1 i32: 0 read, 0 written
;;     r2 i32: 1 read, 3 written
;;   block 1
;;     block 2
;;       block 3
;;         r2 = 1
;;         br_if 3(p0)
;;         r2 = 1
;;         br_if 2(p0)
;;         r2 = 3
;;       end 3
;;     end 2
;;   end 1
;;   return(r2)
