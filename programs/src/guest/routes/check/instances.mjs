// Problems for the route planner, from a seed: the same ones on every machine.

export function random(seed) {
  let s = BigInt(seed) * 0x9e3779b97f4a7c15n + 1n;
  return () => {
    s = (s * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(s >> 33n) / 2 ** 31;
  };
}

export const below = (r, n) => Math.floor(r() * n);

// kind: even, clusters, line (all on one), point (all at the depot)
export function instance({ stops, vehicles, fill = 0.85, cycles, seed = 1, kind = "even", span = 100, most = 20 }) {
  const r = random(seed);
  const towns = Array.from({ length: 8 }, () => [r() * span, r() * span]);
  const places = { even, clusters, line, point };
  function even() {
    return [r() * span, r() * span];
  }
  function clusters() {
    const [x, y] = towns[below(r, towns.length)];
    return [x + (r() + r() + r() - 1.5) * span * 0.06, y + (r() + r() + r() - 1.5) * span * 0.06];
  }
  function line() {
    return [r() * span, 7];
  }
  function point() {
    return [span / 2, span / 2];
  }
  const rows = [];
  let weight = 0;
  for (let i = 0; i < stops; i++) {
    const [x, y] = places[kind]();
    const demand = 1 + below(r, most);
    weight += demand;
    rows.push(`stop ${i + 1},${x.toFixed(3)},${y.toFixed(3)},${demand}`);
  }
  const capacity = Math.max(most, Math.ceil(weight / vehicles / fill));
  return [
    "vehicles,capacity,cycles,seed",
    `${vehicles},${capacity},${cycles},${seed}`,
    "name,x,y,demand",
    `depot,${span / 2},${span / 2},0`,
    ...rows,
    "",
  ].join("\n");
}

// What a file says, with coordinates in thousandths.
export function parse(text) {
  const lines = text.trim().split("\n");
  const [vehicles, capacity, cycles] = lines[1].split(",").map(Number);
  const places = lines.slice(3).map((line) => {
    const [name, x, y, demand] = line.split(",");
    return { name, x: Math.round(x * 1000), y: Math.round(y * 1000), demand: Number(demand) };
  });
  return { vehicles, capacity, cycles, depot: places[0], stops: places.slice(1) };
}

// The length between two places in thousandths, rounded down: exactly.
export function leg(a, b) {
  const dx = BigInt(a.x - b.x);
  const dy = BigInt(a.y - b.y);
  const square = dx * dx + dy * dy;
  let r = BigInt(Math.floor(Math.sqrt(Number(square))));
  while (r * r > square) r--;
  while ((r + 1n) * (r + 1n) <= square) r++;
  return Number(r);
}
