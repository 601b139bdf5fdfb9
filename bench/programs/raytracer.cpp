// A ray tracer: shapes and materials behind virtual functions, vectors by value.
#include "support.h"

struct vec {
    double x, y, z;
    vec operator+(vec b) const { return {x + b.x, y + b.y, z + b.z}; }
    vec operator-(vec b) const { return {x - b.x, y - b.y, z - b.z}; }
    vec operator*(double f) const { return {x * f, y * f, z * f}; }
    double dot(vec b) const { return x * b.x + y * b.y + z * b.z; }
    vec unit() const { return *this * (1 / __builtin_sqrt(dot(*this))); }
};

struct ray { vec from, to; };

class material {
  public:
    virtual ~material() {}
    virtual vec colour(vec at) const = 0;
    virtual double mirror() const { return 0; }
};

class plain : public material {
    vec tint;
  public:
    explicit plain(vec t) : tint(t) {}
    vec colour(vec) const override { return tint; }
    double mirror() const override { return 0.3; }
};

class chequered : public material {
  public:
    vec colour(vec at) const override {
        int parity = static_cast<int>(at.x + 1000) + static_cast<int>(at.z + 1000);
        return parity & 1 ? vec{0.9, 0.9, 0.9} : vec{0.1, 0.1, 0.2};
    }
};

class shape {
  public:
    const material *surface;
    explicit shape(const material *m) : surface(m) {}
    virtual ~shape() {}
    virtual bool hit(const ray &r, double &distance) const = 0;
    virtual vec normal(vec at) const = 0;
};

class sphere : public shape {
    vec centre;
    double radius;
  public:
    sphere(const material *m, vec c, double r) : shape(m), centre(c), radius(r) {}
    bool hit(const ray &r, double &distance) const override {
        vec oc = r.from - centre;
        double b = oc.dot(r.to), c = oc.dot(oc) - radius * radius, d = b * b - c;
        if (d < 0)
            return false;
        double t = -b - __builtin_sqrt(d);
        if (t < 1e-6 || t >= distance)
            return false;
        distance = t;
        return true;
    }
    vec normal(vec at) const override { return (at - centre) * (1 / radius); }
};

class ground : public shape {
  public:
    explicit ground(const material *m) : shape(m) {}
    bool hit(const ray &r, double &distance) const override {
        if (r.to.y >= 0)
            return false;
        double t = -(r.from.y + 1) / r.to.y;
        if (t < 1e-6 || t >= distance)
            return false;
        distance = t;
        return true;
    }
    vec normal(vec) const override { return {0, 1, 0}; }
};

static vector<shape *> shapes;

static vec trace(const ray &r, int depth) {
    double distance = 1e9;
    const shape *nearest = nullptr;
    for (const shape *s : shapes)
        if (s->hit(r, distance))
            nearest = s;
    if (!nearest)
        return vec{0.4, 0.6, 0.9} * (0.5 + 0.5 * r.to.y);
    vec at = r.from + r.to * distance, n = nearest->normal(at), light = vec{1, 2, -1}.unit();
    double bright = n.dot(light), shadow = 1e9;
    if (bright < 0)
        bright = 0;
    for (const shape *s : shapes)
        if (s->hit({at + n * 1e-4, light}, shadow)) {
            bright = 0;
            break;
        }
    vec c = nearest->surface->colour(at) * (0.2 + 0.8 * bright);
    double mirror = nearest->surface->mirror();
    if (mirror > 0 && depth > 0) {
        vec reflected = r.to - n * (2 * n.dot(r.to));
        c = c * (1 - mirror) + trace({at + n * 1e-4, reflected}, depth - 1) * mirror;
    }
    return c;
}

int main() {
    const material *floor = new chequered;
    shapes.push_back(new ground(floor));
    for (int k = 0; k < 24; k++) {
        vec tint = {random_below(100) / 100.0, random_below(100) / 100.0, random_below(100) / 100.0};
        vec centre = {random_below(1000) / 100.0 - 5, random_below(300) / 100.0 - 0.5, 3 + random_below(800) / 100.0};
        shapes.push_back(new sphere(new plain(tint), centre, 0.3 + random_below(70) / 100.0));
    }
    const int size = 220;
    for (int round = 0; round < ROUNDS(32); round++)
        for (int y = 0; y < size; y++)
            for (int x = 0; x < size; x++) {
                vec to = vec{(x - size / 2) / 150.0, (size / 2 - y) / 150.0, 1}.unit();
                vec c = trace({{round * 0.1, 0.5, -2}, to}, 4);
                mix(static_cast<uint64_t>(c.x * 255) << 16 | static_cast<uint64_t>(c.y * 255) << 8 |
                    static_cast<uint64_t>(c.z * 255));
            }
    return report();
}
