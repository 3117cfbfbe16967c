/** The offset in a text of a line and a column; both count from 1, columns in characters. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split('\n')
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
  const characters = [...(lines[line - 1] ?? '')].slice(0, column - 1)
  return Math.min(text.length, before + characters.join('').length)
}
