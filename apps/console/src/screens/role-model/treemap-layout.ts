import { hierarchy, treemap } from 'd3-hierarchy'

/** Something with an area. */
interface Sized {
  readonly key: string
  readonly area: number
}

/** A field of the picture; all lengths are shares of its width or height, 0 to 1. */
interface Tile<Item> {
  readonly item: Item
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The picture is laid out as wide as this many of its heights; the fields are stretched with it. */
const ratio = 2
const height = 1_000

/** Fields that fill the picture, each with its share of the whole area, in the order of the items. */
export function layOut<Item extends Sized>(items: readonly Item[]): Tile<Item>[] {
  type Node = { readonly item?: Item; readonly children?: readonly Node[] }
  const root = hierarchy<Node>(
    { children: items.map((item) => ({ item })) },
    ({ children }) => children && [...children],
  ).sum(({ item }) => item?.area ?? 0)
  const laidOut = treemap<Node>().size([ratio * height, height])(root)
  return laidOut.leaves().flatMap(({ data: { item }, x0, x1, y0, y1 }) =>
    item === undefined
      ? []
      : [
          {
            item,
            x: x0 / (ratio * height),
            y: y0 / height,
            width: (x1 - x0) / (ratio * height),
            height: (y1 - y0) / height,
          },
        ],
  )
}
