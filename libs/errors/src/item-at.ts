/**
 * The item at a place that is known to be inside the list.
 * @throws RangeError when it is not: a fault in our own code, never in a caller's input
 */
export function itemAt<T>(list: { readonly length: number; readonly [index: number]: T }, index: number): T {
  const item = list[index]
  if (item === undefined) throw new RangeError(`a list of ${list.length} has no item ${index}`)
  return item
}
