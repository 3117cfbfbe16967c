/** The number of changes of one character that turn one text into the other; more than `most` changes count as `most + 1`. */
export function editDistance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1
  let before = Array.from({ length: other.length + 1 }, (_, place) => place)
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      const changed = before[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)
      row.push(Math.min(changed, before[j]! + 1, row[j - 1]! + 1))
    }
    if (Math.min(...row) > most) return most + 1
    before = row
  }
  return Math.min(before[other.length]!, most + 1)
}

/** The number of changes that still count as similar: one for a text of three characters, three for one of nine. */
function mostChanges(text: string): number {
  return Math.min(3, Math.floor(text.length / 3))
}

/** The most similar text of `known`, regardless of case, the first of several; undefined when none is similar. */
export function nearestText(text: string, known: Iterable<string>): string | undefined {
  const asked = text.toLowerCase()
  let nearest: string | undefined
  let least = mostChanges(asked) + 1
  for (const one of known) {
    const distance = editDistance(asked, one.toLowerCase(), least - 1)
    if (distance >= least) continue
    least = distance
    nearest = one
  }
  return nearest
}
