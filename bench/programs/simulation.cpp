// A discrete-event simulation: a heap of events behind virtual functions, queues, servers, allocation of each event.
#include "support.h"

class simulator;

class event {
  public:
    uint64_t time;
    uint32_t order;
    event(uint64_t t) : time(t), order(0) {}
    virtual ~event() {}
    virtual void happen(simulator &s) = 0;
};

class simulator {
    vector<event *> heap;
    uint32_t scheduled = 0;
    static bool before(const event *a, const event *b) {
        return a->time != b->time ? a->time < b->time : a->order < b->order;
    }

  public:
    uint64_t now = 0;
    uint32_t served = 0, lost = 0, busy = 0;
    uint64_t waited = 0;
    vector<uint64_t> queue; // arrival times; taken from queue_head
    uint32_t queue_head = 0;

    void schedule(event *e) {
        e->order = scheduled++;
        heap.push_back(e);
        uint32_t k = heap.size() - 1;
        for (; k && before(e, heap[(k - 1) / 2]); k = (k - 1) / 2)
            heap[k] = heap[(k - 1) / 2];
        heap[k] = e;
    }
    bool step() {
        if (heap.size() == 0)
            return false;
        event *top = heap[0], *last = heap.pop_back();
        uint32_t n = heap.size(), k = 0;
        if (n) {
            for (uint32_t child; (child = 2 * k + 1) < n; k = child) {
                if (child + 1 < n && before(heap[child + 1], heap[child]))
                    child++;
                if (!before(heap[child], last))
                    break;
                heap[k] = heap[child];
            }
            heap[k] = last;
        }
        now = top->time;
        top->happen(*this);
        delete top;
        return true;
    }
};

static const uint32_t servers = 12;

class departure : public event {
    uint64_t arrived;
  public:
    departure(uint64_t t, uint64_t a) : event(t), arrived(a) {}
    void happen(simulator &s) override {
        s.served++;
        s.waited += s.now - arrived;
        s.busy--;
        if (s.queue_head < s.queue.size()) {
            s.busy++;
            s.schedule(new departure(s.now + 10 + random_below(200), s.queue[s.queue_head++]));
        } else {
            s.queue.clear();
            s.queue_head = 0;
        }
    }
};

class arrival : public event {
  public:
    explicit arrival(uint64_t t) : event(t) {}
    void happen(simulator &s) override {
        if (s.busy < servers) {
            s.busy++;
            s.schedule(new departure(s.now + 10 + random_below(200), s.now));
        } else if (s.queue.size() - s.queue_head < 100) {
            s.queue.push_back(s.now);
        } else {
            s.lost++;
        }
    }
};

class rush : public event {
    int left;
  public:
    rush(uint64_t t, int n) : event(t), left(n) {}
    void happen(simulator &s) override {
        for (int k = 0; k < 100; k++)
            s.schedule(new arrival(s.now + random_below(1000)));
        if (left > 1)
            s.schedule(new rush(s.now + 500 + random_below(900), left - 1));
    }
};

int main() {
    simulator s;
    s.schedule(new rush(0, ROUNDS(28000)));
    while (s.step()) {
    }
    mix(s.served), mix(s.lost), mix(s.now), mix(s.waited);
    return report();
}
