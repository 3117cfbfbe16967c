/** Samples by rows of `featureCount` numbers; a label is 0 or 1. */
interface Samples {
  readonly featureCount: number
  readonly features: Float32Array
  readonly labels: Uint8Array
  /** The number of samples that each sample represents. */
  readonly weights: Float32Array
}

/** A tree during growth: node `i` tests one feature and leads to a node, or to the leaf `-1 - child`. */
interface Tree {
  readonly feature: number[]
  readonly threshold: number[]
  readonly below: number[]
  readonly above: number[]
  readonly leaf: number[]
}

const rounds = 150
const leaves = 4
const learningRate = 0.1
const binCount = 48

/** The least curvature of a leaf, and the amount that is added to it: leaves with few samples have little influence. */
const leastCurvature = 5
const ridge = 1

/**
 * Gradient boosted trees for the probability of label 1. A tree has four leaves, so at most three features are combined. The sum of the
 * trees is a log odds. Features are divided into bins at quantiles; nothing is random.
 */
export class BoostedTrees {
  private readonly start: number
  private readonly treeCount: number
  // All trees one after the other, each with space for the largest number of nodes and leaves.
  private readonly feature: Uint8Array
  private readonly threshold: Float32Array
  private readonly below: Int8Array
  private readonly above: Int8Array
  private readonly leaf: Float64Array

  private constructor(start: number, trees: readonly Tree[]) {
    this.start = start
    this.treeCount = trees.length
    this.feature = new Uint8Array(trees.length * leaves)
    this.threshold = new Float32Array(trees.length * leaves)
    this.below = new Int8Array(trees.length * leaves)
    this.above = new Int8Array(trees.length * leaves)
    this.leaf = new Float64Array(trees.length * leaves)
    for (const [t, tree] of trees.entries()) {
      this.feature.set(tree.feature, t * leaves)
      this.threshold.set(tree.threshold, t * leaves)
      this.below.set(tree.below, t * leaves)
      this.above.set(tree.above, t * leaves)
      this.leaf.set(tree.leaf, t * leaves)
    }
  }

  static train(samples: Samples): BoostedTrees {
    const { labels, weights } = samples
    const count = labels.length
    let all = 0
    let positive = 0
    for (let i = 0; i < count; i++) {
      all += weights[i]!
      if (labels[i] === 1) positive += weights[i]!
    }
    const start = Math.log((positive + 0.5) / (all - positive + 0.5))
    const bins = binned(samples)
    const score = new Float64Array(count).fill(start)
    const slope = new Float64Array(count)
    const curvature = new Float64Array(count)
    const trees: Tree[] = []
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < count; i++) {
        const p = 1 / (1 + Math.exp(-score[i]!))
        slope[i] = weights[i]! * (labels[i]! - p)
        curvature[i] = weights[i]! * p * (1 - p)
      }
      const grown = growTree(bins, slope, curvature)
      if (grown === undefined) break
      for (let i = 0; i < count; i++) score[i]! += grown.tree.leaf[grown.leafOf[i]!]!
      trees.push(grown.tree)
    }
    return new BoostedTrees(start, trees)
  }

  /** The log odds for the row that starts at `at`. */
  score(features: Float32Array, at: number): number {
    const { feature, threshold, below, above, leaf } = this
    let sum = this.start
    for (let t = 0; t < this.treeCount; t++) {
      const base = t * leaves
      let node = 0
      while (node >= 0) {
        const n = base + node
        node = features[at + feature[n]!]! <= threshold[n]! ? below[n]! : above[n]!
      }
      sum += leaf[base - 1 - node]!
    }
    return sum
  }
}

interface Bins {
  readonly count: number
  readonly featureCount: number
  /** By feature, one after the other. */
  readonly bin: Uint8Array
  /** Upper ends of the bins of each feature. */
  readonly ends: readonly Float32Array[]
}

function binned({ featureCount, features, labels }: Samples): Bins {
  const count = labels.length
  const bin = new Uint8Array(count * featureCount)
  const ends: Float32Array[] = []
  for (let f = 0; f < featureCount; f++) {
    const values = new Float32Array(count)
    for (let i = 0; i < count; i++) values[i] = features[i * featureCount + f]!
    const sorted = values.slice().sort()
    const cuts: number[] = []
    for (let b = 1; b < binCount; b++) {
      const cut = sorted[Math.floor((b * count) / binCount)]!
      if (count > 0 && cut !== cuts[cuts.length - 1] && cut < sorted[count - 1]!) cuts.push(cut)
    }
    const upper = Float32Array.from(cuts)
    ends.push(upper)
    for (let i = 0; i < count; i++) bin[f * count + i] = binOf(upper, values[i]!)
  }
  return { count, featureCount, bin, ends }
}

function binOf(ends: Float32Array, value: number): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (value <= ends[middle]!) high = middle
    else low = middle + 1
  }
  return low
}

interface Split {
  readonly gain: number
  readonly feature: number
  readonly bin: number
}

interface Growing {
  readonly slopes: Float64Array
  readonly curvatures: Float64Array
  readonly best: Split | undefined
  /** The link that leads to this leaf: a node, and which side of it. */
  readonly from: { readonly node: number; readonly side: 'below' | 'above' } | undefined
}

/** Repeatedly splits the leaf with the largest gain; without any gain there is no tree. */
function growTree(
  bins: Bins,
  slope: Float64Array,
  curvature: Float64Array,
): { readonly tree: Tree; readonly leafOf: Uint8Array } | undefined {
  const leafOf = new Uint8Array(bins.count)
  const grown: Growing[] = [measured(bins, leafOf, 0, slope, curvature, undefined)]
  const tree: Tree = { feature: [], threshold: [], below: [], above: [], leaf: [] }
  while (grown.length < leaves) {
    let chosen = -1
    for (const [l, { best }] of grown.entries()) {
      if (best !== undefined && best.gain > (grown[chosen]?.best?.gain ?? 0)) chosen = l
    }
    const split = grown[chosen]?.best
    if (split === undefined) break
    const node = tree.feature.length
    const { from } = grown[chosen]!
    if (from !== undefined) tree[from.side][from.node] = node
    tree.feature.push(split.feature)
    tree.threshold.push(bins.ends[split.feature]![split.bin]!)
    tree.below.push(-1 - chosen)
    tree.above.push(-1 - grown.length)
    const start = split.feature * bins.count
    for (let i = 0; i < bins.count; i++) {
      if (leafOf[i] === chosen && bins.bin[start + i]! > split.bin) leafOf[i] = grown.length
    }
    const above = measured(bins, leafOf, grown.length, slope, curvature, { node, side: 'above' })
    const below = {
      slopes: grown[chosen]!.slopes.map((sum, b) => sum - above.slopes[b]!),
      curvatures: grown[chosen]!.curvatures.map((sum, b) => sum - above.curvatures[b]!),
    }
    grown[chosen] = { ...below, best: bestSplit(bins, below.slopes, below.curvatures), from: { node, side: 'below' } }
    grown.push(above)
  }
  if (grown.length === 1) return undefined
  for (const { slopes, curvatures } of grown) {
    let sum = 0
    let weight = 0
    for (let b = 0; b < binCount; b++) {
      sum += slopes[b]!
      weight += curvatures[b]!
    }
    tree.leaf.push((learningRate * sum) / (weight + ridge))
  }
  return { tree, leafOf }
}

function measured(
  bins: Bins,
  leafOf: Uint8Array,
  leaf: number,
  slope: Float64Array,
  curvature: Float64Array,
  from: Growing['from'],
): Growing {
  const { count, featureCount, bin } = bins
  const slopes = new Float64Array(featureCount * binCount)
  const curvatures = new Float64Array(featureCount * binCount)
  const inLeaf = new Uint32Array(count)
  let size = 0
  for (let i = 0; i < count; i++) if (leafOf[i] === leaf) inLeaf[size++] = i
  for (let f = 0; f < featureCount; f++) {
    addUp(bin, f * count, inLeaf, size, slope, curvature, slopes, curvatures, f * binCount)
  }
  return { slopes, curvatures, best: bestSplit(bins, slopes, curvatures), from }
}

function addUp(
  bin: Uint8Array,
  start: number,
  inLeaf: Uint32Array,
  size: number,
  slope: Float64Array,
  curvature: Float64Array,
  slopes: Float64Array,
  curvatures: Float64Array,
  target: number,
): void {
  for (let n = 0; n < size; n++) {
    const i = inLeaf[n]!
    const b = target + bin[start + i]!
    slopes[b]! += slope[i]!
    curvatures[b]! += curvature[i]!
  }
}

function bestSplit({ featureCount, ends }: Bins, slopes: Float64Array, curvatures: Float64Array): Split | undefined {
  let best: Split | undefined
  for (let f = 0; f < featureCount; f++) {
    let allSlope = 0
    let allCurvature = 0
    for (let b = f * binCount; b < (f + 1) * binCount; b++) {
      allSlope += slopes[b]!
      allCurvature += curvatures[b]!
    }
    const whole = (allSlope * allSlope) / (allCurvature + ridge)
    let left = 0
    let leftCurvature = 0
    for (let b = 0; b < ends[f]!.length; b++) {
      left += slopes[f * binCount + b]!
      leftCurvature += curvatures[f * binCount + b]!
      const rightCurvature = allCurvature - leftCurvature
      if (leftCurvature < leastCurvature || rightCurvature < leastCurvature) continue
      const right = allSlope - left
      const gain = (left * left) / (leftCurvature + ridge) + (right * right) / (rightCurvature + ridge) - whole
      if (gain > (best?.gain ?? 1e-9)) best = { gain, feature: f, bin: b }
    }
  }
  return best
}
