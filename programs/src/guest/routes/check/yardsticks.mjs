// Other ways to plan, to compare with: one simple, one exact.
import { leg } from "./instances.mjs";

// Each vehicle goes to the nearest stop that it can still load; then parts of each tour are turned round while that
// makes it shorter (2-opt). The length of all tours, or none if a stop was left over.
export function nearestAndTwoOpt({ vehicles, capacity, depot, stops }) {
  const left = new Set(stops);
  let total = 0;
  for (let v = 0; v < vehicles && left.size > 0; v++) {
    const tour = [depot];
    for (let room = capacity, at = depot; ; ) {
      let best = null;
      for (const s of left) if (s.demand <= room && (!best || leg(at, s) < leg(at, best))) best = s;
      if (!best) break;
      left.delete(best);
      tour.push(best);
      room -= best.demand;
      at = best;
    }
    total += twoOpt(tour);
  }
  return left.size === 0 ? total : null;
}

function twoOpt(tour) {
  const n = tour.length;
  const at = (k) => tour[k % n];
  for (let better = true; better; ) {
    better = false;
    for (let i = 0; i < n - 1; i++) {
      for (let j = i + 2; j < n; j++) {
        const was = leg(at(i), at(i + 1)) + leg(at(j), at(j + 1));
        if (leg(at(i), at(j)) + leg(at(i + 1), at(j + 1)) < was) {
          tour.splice(i + 1, j - i, ...tour.slice(i + 1, j + 1).reverse());
          better = true;
        }
      }
    }
  }
  return tour.reduce((sum, place, k) => sum + leg(place, at(k + 1)), 0);
}

// The least length of all: for each set of stops the shortest tour, then for each number of vehicles the best way to
// part the set. For at most ten stops or so.
export function exact({ vehicles, capacity, depot, stops }) {
  const n = stops.length;
  const sets = 1 << n;
  const weight = Array(sets).fill(0);
  const path = Array.from({ length: sets }, () => Array(n).fill(Infinity));
  const tour = Array(sets).fill(Infinity);
  tour[0] = 0;
  for (let set = 1; set < sets; set++) {
    for (let last = 0; last < n; last++) {
      if (!((set >> last) & 1)) continue;
      const before = set & ~(1 << last);
      weight[set] = weight[before] + stops[last].demand;
      if (before === 0) path[set][last] = leg(depot, stops[last]);
      for (let k = 0; k < n; k++) {
        if ((before >> k) & 1) path[set][last] = Math.min(path[set][last], path[before][k] + leg(stops[k], stops[last]));
      }
      tour[set] = Math.min(tour[set], path[set][last] + leg(stops[last], depot));
    }
    if (weight[set] > capacity) tour[set] = Infinity;
  }
  let best = tour.slice();
  for (let v = 1; v < vehicles; v++) {
    const more = best.slice();
    for (let set = 1; set < sets; set++) {
      for (let part = set; part > 0; part = (part - 1) & set) {
        more[set] = Math.min(more[set], tour[part] + best[set & ~part]);
      }
    }
    best = more;
  }
  return best[sets - 1];
}
