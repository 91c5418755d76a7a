;; Inner products of codes of rows with those of queries, two rows by four queries at a time, so that what is read is used
;; several times. A row has 8 bits a number, a query 7 without sign: what its zero adds is taken off again. Rows that have
;; a product as large as the query asks for are listed, which are few.
(module
  (import "codes" "memory" (memory 1))
  (func (export "multiply")
    (param $rows i32)    ;; address of the rows' codes
    (param $count i32)   ;; of rows, even
    (param $stride i32)  ;; bytes of a row, a multiple of 32
    (param $queries i32) ;; address of their codes: 16 numbers of each of four queries, then the next 16
    (param $groups i32)  ;; of four queries
    (param $pair i32)    ;; whether two more queries follow, 16 numbers of each and then the next 16
    (param $sums i32)    ;; address of what is taken off the products of each row
    (param $bars i32)    ;; address of the least product that each query asks for
    (param $row i32)     ;; the number of the first row, for the list
    (param $out i32)     ;; address of the products: of the first row with all queries, then of the next
    (param $list i32)    ;; address of the list
    (result i32)         ;; where it ends
    (local $end i32) (local $end_of_row i32) (local $at i32) (local $numbers i32) (local $left i32) (local $line i32)
    (local $bar i32) (local $listed0 i32) (local $listed1 i32) (local $products v128)
    (local $row0 v128) (local $row1 v128) (local $query v128)
    (local $first0 v128) (local $first1 v128) (local $first2 v128) (local $first3 v128)
    (local $second0 v128) (local $second1 v128) (local $second2 v128) (local $second3 v128)

    (local.set $line (i32.shl (i32.add (local.get $groups) (local.get $pair)) (i32.const 4)))
    (local.set $end (i32.add (local.get $rows) (i32.mul (local.get $count) (local.get $stride))))
    (loop $two_rows
      (local.set $end_of_row (i32.add (local.get $rows) (local.get $stride)))
      (local.set $numbers (local.get $queries))
      (local.set $left (local.get $groups))
      (local.set $bar (local.get $bars))
      (local.set $listed0 (i32.const 0))
      (local.set $listed1 (i32.const 0))
      (loop $group
        (if (local.get $left)
          (then
            (local.set $first0 (v128.const i32x4 0 0 0 0))
            (local.set $first1 (v128.const i32x4 0 0 0 0))
            (local.set $first2 (v128.const i32x4 0 0 0 0))
            (local.set $first3 (v128.const i32x4 0 0 0 0))
            (local.set $second0 (v128.const i32x4 0 0 0 0))
            (local.set $second1 (v128.const i32x4 0 0 0 0))
            (local.set $second2 (v128.const i32x4 0 0 0 0))
            (local.set $second3 (v128.const i32x4 0 0 0 0))
            (local.set $at (local.get $rows))
            (loop $piece
              (local.set $row0 (v128.load (local.get $at)))
              (local.set $row1 (v128.load (i32.add (local.get $at) (local.get $stride))))
              (local.set $query (v128.load (local.get $numbers)))
              (local.set $first0 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row0) (local.get $query) (local.get $first0)))
              (local.set $second0 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row1) (local.get $query) (local.get $second0)))
              (local.set $query (v128.load offset=16 (local.get $numbers)))
              (local.set $first1 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row0) (local.get $query) (local.get $first1)))
              (local.set $second1 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row1) (local.get $query) (local.get $second1)))
              (local.set $query (v128.load offset=32 (local.get $numbers)))
              (local.set $first2 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row0) (local.get $query) (local.get $first2)))
              (local.set $second2 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row1) (local.get $query) (local.get $second2)))
              (local.set $query (v128.load offset=48 (local.get $numbers)))
              (local.set $first3 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row0) (local.get $query) (local.get $first3)))
              (local.set $second3 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row1) (local.get $query) (local.get $second3)))
              (local.set $row0 (v128.load offset=16 (local.get $at)))
              (local.set $row1 (v128.load offset=16 (i32.add (local.get $at) (local.get $stride))))
              (local.set $query (v128.load offset=64 (local.get $numbers)))
              (local.set $first0 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row0) (local.get $query) (local.get $first0)))
              (local.set $second0 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row1) (local.get $query) (local.get $second0)))
              (local.set $query (v128.load offset=80 (local.get $numbers)))
              (local.set $first1 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row0) (local.get $query) (local.get $first1)))
              (local.set $second1 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row1) (local.get $query) (local.get $second1)))
              (local.set $query (v128.load offset=96 (local.get $numbers)))
              (local.set $first2 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row0) (local.get $query) (local.get $first2)))
              (local.set $second2 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row1) (local.get $query) (local.get $second2)))
              (local.set $query (v128.load offset=112 (local.get $numbers)))
              (local.set $first3 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row0) (local.get $query) (local.get $first3)))
              (local.set $second3 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row1) (local.get $query) (local.get $second3)))
              (local.set $numbers (i32.add (local.get $numbers) (i32.const 128)))
              (local.set $at (i32.add (local.get $at) (i32.const 32)))
              (br_if $piece (i32.lt_u (local.get $at) (local.get $end_of_row))))
            ;; Each accumulator holds four parts of one product: add them up, four products at once.
            (local.set $row0 (i32x4.add
              (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $first0) (local.get $first1))
              (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $first0) (local.get $first1))))
            (local.set $row1 (i32x4.add
              (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $first2) (local.get $first3))
              (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $first2) (local.get $first3))))
            (local.set $products
              (i32x4.sub
                (i32x4.add
                  (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $row0) (local.get $row1))
                  (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $row0) (local.get $row1)))
                (v128.load32_splat (local.get $sums))))
            (v128.store (local.get $out) (local.get $products))
            (local.set $listed0
              (i32.or (local.get $listed0) (v128.any_true (i32x4.ge_s (local.get $products) (v128.load (local.get $bar))))))
            (local.set $row0 (i32x4.add
              (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $second0) (local.get $second1))
              (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $second0) (local.get $second1))))
            (local.set $row1 (i32x4.add
              (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $second2) (local.get $second3))
              (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $second2) (local.get $second3))))
            (local.set $products
              (i32x4.sub
                (i32x4.add
                  (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $row0) (local.get $row1))
                  (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $row0) (local.get $row1)))
                (v128.load32_splat offset=4 (local.get $sums))))
            (v128.store (i32.add (local.get $out) (local.get $line)) (local.get $products))
            (local.set $listed1
              (i32.or (local.get $listed1) (v128.any_true (i32x4.ge_s (local.get $products) (v128.load (local.get $bar))))))
            (local.set $bar (i32.add (local.get $bar) (i32.const 16)))
            (local.set $out (i32.add (local.get $out) (i32.const 16)))
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (br $group))))
      ;; Two queries that are left: what stands in the places of two more is asked for by nobody.
      (if (local.get $pair)
        (then
          (local.set $first0 (v128.const i32x4 0 0 0 0))
          (local.set $first1 (v128.const i32x4 0 0 0 0))
          (local.set $second0 (v128.const i32x4 0 0 0 0))
          (local.set $second1 (v128.const i32x4 0 0 0 0))
          (local.set $at (local.get $rows))
          (loop $piece_of_pair
            (local.set $row0 (v128.load (local.get $at)))
            (local.set $row1 (v128.load (i32.add (local.get $at) (local.get $stride))))
            (local.set $query (v128.load (local.get $numbers)))
            (local.set $first0 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row0) (local.get $query) (local.get $first0)))
            (local.set $second0 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row1) (local.get $query) (local.get $second0)))
            (local.set $query (v128.load offset=16 (local.get $numbers)))
            (local.set $first1 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row0) (local.get $query) (local.get $first1)))
            (local.set $second1 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row1) (local.get $query) (local.get $second1)))
            (local.set $row0 (v128.load offset=16 (local.get $at)))
            (local.set $row1 (v128.load offset=16 (i32.add (local.get $at) (local.get $stride))))
            (local.set $query (v128.load offset=32 (local.get $numbers)))
            (local.set $first0 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row0) (local.get $query) (local.get $first0)))
            (local.set $second0 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row1) (local.get $query) (local.get $second0)))
            (local.set $query (v128.load offset=48 (local.get $numbers)))
            (local.set $first1 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row0) (local.get $query) (local.get $first1)))
            (local.set $second1 (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $row1) (local.get $query) (local.get $second1)))
            (local.set $numbers (i32.add (local.get $numbers) (i32.const 64)))
            (local.set $at (i32.add (local.get $at) (i32.const 32)))
            (br_if $piece_of_pair (i32.lt_u (local.get $at) (local.get $end_of_row))))
          (local.set $row0 (i32x4.add
            (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $first0) (local.get $first1))
            (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $first0) (local.get $first1))))
          (local.set $products
            (i32x4.sub
              (i32x4.add (local.get $row0)
                (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $row0) (local.get $row0)))
              (v128.load32_splat (local.get $sums))))
          (v128.store (local.get $out) (local.get $products))
          (local.set $listed0
            (i32.or (local.get $listed0) (v128.any_true (i32x4.ge_s (local.get $products) (v128.load (local.get $bar))))))
          (local.set $row0 (i32x4.add
            (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $second0) (local.get $second1))
            (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $second0) (local.get $second1))))
          (local.set $products
            (i32x4.sub
              (i32x4.add (local.get $row0)
                (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $row0) (local.get $row0)))
              (v128.load32_splat offset=4 (local.get $sums))))
          (v128.store (i32.add (local.get $out) (local.get $line)) (local.get $products))
          (local.set $listed1
            (i32.or (local.get $listed1) (v128.any_true (i32x4.ge_s (local.get $products) (v128.load (local.get $bar))))))
          (local.set $out (i32.add (local.get $out) (i32.const 16)))))
      ;; Written in any case, and kept when the end moves on.
      (i32.store (local.get $list) (local.get $row))
      (local.set $list (i32.add (local.get $list) (i32.shl (local.get $listed0) (i32.const 2))))
      (i32.store (local.get $list) (i32.add (local.get $row) (i32.const 1)))
      (local.set $list (i32.add (local.get $list) (i32.shl (local.get $listed1) (i32.const 2))))
      (local.set $row (i32.add (local.get $row) (i32.const 2)))
      (local.set $out (i32.add (local.get $out) (local.get $line)))
      (local.set $sums (i32.add (local.get $sums) (i32.const 8)))
      (local.set $rows (i32.add (local.get $end_of_row) (local.get $stride)))
      (br_if $two_rows (i32.lt_u (local.get $rows) (local.get $end))))
    (local.get $list)))
