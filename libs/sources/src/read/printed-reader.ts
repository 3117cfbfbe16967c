/** Reads lines, some of which end a row. */
export interface PrintedReader {
  /** The cells of the rows that the line ends, or the reason why the line is wrong. */
  take(line: string): readonly (readonly string[])[] | string
  /** The cells of the rows that the end of the text ends. */
  end(): readonly (readonly string[])[]
}
