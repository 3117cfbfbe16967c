/** The item at a place that is known to be inside the list. @throws RangeError when it is not, which is a fault of the generator */
export function itemAt<T>(list: { readonly length: number; readonly [index: number]: T }, index: number): T {
  const item = list[index]
  if (item === undefined) throw new RangeError(`a list of ${list.length} has no item ${index}`)
  return item
}
