"""Programs whose variables the tests of the extension for gdb look at. Their line numbers stand in the tests."""

SHAPES_C = '''\
#include <stdbool.h>
enum colour { RED, GREEN = 5 };
typedef unsigned char byte;
struct point { int x, y; };
union either { int number; byte bytes[4]; };
struct shape {
    const char *name;
    enum colour colour;
    struct point corners[3];
    double area;
    union either either;
    unsigned low : 3, high : 5;
    signed char sign;
    bool round;
    float weight;
    long long big;
    struct shape *next;
    int (*measure)(const struct shape *);
};
static int measure(const struct shape *s) {
    static int calls = 40;
    calls++;
    int total = s->corners[0].x + calls;
    return total;
}
static struct shape last = {"last", RED, {{1, 2}, {3, 4}, {5, 6}}, 0.25, {0x01020304}, 5, 17, -3, true, 0.1f, -5000000000, 0, measure};
int global = 7;
int main(int argc, char **argv) {
    struct shape first = last;
    int numbers[20] = {1, 2, 3}, *middle = numbers + 1;
    first.name = "first";
    first.colour = GREEN;
    first.next = &last;
    for (int k = 0; k < 2; k++) {
        int square = (k + 3) * (k + 3);
        global += square;
    }
    return measure(&first) + *middle - global;
}
'''

ZOO_CC = r'''extern "C" int printf(const char *, ...);
namespace zoo {
int animals = 2;
enum class Food : unsigned char { Hay, Fish = 4 };
struct Animal {
    const char *name;
    int age;
    static int born;
    Animal(const char *n, int a) : name(n), age(a) { born++; }
    virtual int eats(int amount) const;
};
int Animal::born = 10;
int Animal::eats(int amount) const {
    int left = amount - age;
    return left;
}
template <typename T, int N> struct List {
    T items[N];
    T total() const {
        T sum{};
        for (int k = 0; k < N; k++)
            sum += items[k];
        return sum;
    }
};
struct Swims { int depth = 30; };
struct Seal : Animal, Swims {
    Food food = Food::Fish;
    bool hungry : 1;
    Seal() : Animal("seal", 3), hungry(true) {}
    int eats(int amount) const override;
    int dive(const int &by, Seal *other) {
        int now = depth + by;
        auto twice = [&](int x) { return x * 2 + now; };
        return twice(other->age) + eats(now);
    }
};
int Seal::eats(int amount) const { int mine = amount / 2; return Animal::eats(amount) + mine; }
}
struct Base { int b = 1; };
struct Left : virtual Base { int l = 2; };
struct Right : virtual Base { int r = 3; };
struct Both : Left, Right { int own = 4; };
int main(int argc, char **argv) {
    zoo::Seal seal;
    zoo::List<double, 3> list = {{0.5, 1.5, argc * 1.0}};
    Both both;
    const zoo::Animal &animal = seal;
    int (zoo::Seal::*method)(const int &, zoo::Seal *) = &zoo::Seal::dive;
    wchar_t wide = L'é';
    int n = seal.dive(argc, &seal) + (int)list.total() + both.b + zoo::animals;
    printf("%d\n", n);
    return 0;
}
'''

O1_C = r'''#include <stdio.h>
struct item { int weight; double price; struct item *next; };
__attribute__((noinline)) static int sum(const int *from, int count, int scale) {
    int total = 0;
    for (int k = 0; k < count; k++) {
        int part = from[k] * scale;
        total += part;
        printf("%d\n", total);
    }
    return total + scale;
}
__attribute__((noinline)) static double price(struct item *list, float factor, long long extra) {
    double all = 0;
    while (list) {
        struct item *here = list;
        all += here->price * factor;
        list = here->next;
        printf("%f\n", all);
    }
    int rounded = (int)all;
    printf("%d\n", rounded);
    return all + (double)extra;
}
static inline int square(int of) {
    int result = of * of;
    printf("%d\n", result);
    return result;
}
int main(int argc, char **argv) {
    int values[4] = {1, 2, 3, argc};
    struct item second = {7, 2.5, 0}, first = {5, 1.5, &second};
    int n = sum(values, 4, 3);
    double p = price(&first, 2.0f, 10);
    int s = square(n);
    printf("%d %f %d\n", n, p, s);
    return argc;
}
'''

ZOO_RS = '''\
pub enum Shape { Empty, Circle(f64), Rect { w: i32, h: i32 } }
pub enum Colour { Red, Green = 5 }
pub struct Point { x: i32, y: i32 }
pub struct Pair(u8, bool);
static mut COUNT: u32 = 7;
mod inner {
    pub struct Holder<T> { pub value: T, pub next: Option<Box<Holder<T>>> }
    #[inline(never)]
    pub fn total(list: &[i32], scale: i32) -> i32 {
        let mut sum = 0;
        for item in list {
            let part = item * scale;
            sum += part;
        }
        sum
    }
}
#[inline(never)]
fn describe(shape: &Shape, name: &str, points: &Vec<Point>) -> usize {
    let owned = String::from(name);
    let none: Option<u32> = None;
    let some: Option<u32> = Some(3);
    let tuple = (1u8, 'x', -2i64);
    let pair = Pair(3, true);
    let colour = Colour::Green;
    let holder = inner::Holder { value: 1.5f32, next: Some(Box::new(inner::Holder { value: 2.5f32, next: None })) };
    let array = [1u16, 2, 3];
    let bad: Result<i32, String> = Err("bad".to_string());
    let n = owned.len() + array.len();
    println!("{}", n + holder.next.as_ref().map_or(0, |h| h.value as usize));
    let _ = (some, none, tuple, pair.0, pair.1, colour, holder.value, bad.is_ok());
    match shape { Shape::Empty => 0, Shape::Circle(_) => 1, Shape::Rect { w, h } => (*w + *h) as usize }
}
fn main() {
    let points = vec![Point { x: 1, y: 2 }, Point { x: 3, y: 4 }];
    let shape = Shape::Rect { w: 3, h: 4 };
    let n = describe(&shape, "seal", &points);
    println!("{} {}", n, inner::total(&[1, 2, 3], 2) + points[0].x + points[1].y);
    println!("{}", describe(&Shape::Circle(1.0), "x", &points) + describe(&Shape::Empty, "", &points) + unsafe { COUNT } as usize);
    let _ = Colour::Red;
}
'''
