/** The item at an index that is known to be inside the list. @throws RangeError when it is outside, which is a bug of the generator */
export function itemAt<T>(list: { readonly length: number; readonly [index: number]: T }, index: number): T {
  const item = list[index]
  if (item === undefined) throw new RangeError(`a list of ${list.length} has no item ${index}`)
  return item
}
