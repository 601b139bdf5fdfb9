;; invalid "size minimum must not be greater than maximum"
(module (memory 3 2))
