export const texts = {
  title: 'Keys',
  letters: 'Single letters and ? do something, where nobody is typing',
} as const

interface KeyGroup {
  readonly title: string
  readonly keys: readonly { readonly key: string; readonly does: string }[]
}

/** All keys with an effect; the page of keys shows this list, and a test presses each key. */
export const keyGroups: readonly KeyGroup[] = [
  {
    title: 'Everywhere',
    keys: [
      { key: 'Ctrl K', does: 'go to a screen or do something, by its name' },
      { key: '?', does: 'show this page' },
      { key: '/', does: 'search, where the screen has a search' },
      { key: 'u', does: 'undo what was done last' },
    ],
  },
  {
    title: 'In a list',
    keys: [
      { key: 'j  or  ↓', does: 'next row' },
      { key: 'k  or  ↑', does: 'row before' },
      { key: 'Home, End', does: 'first row, last row' },
      { key: 'x  or  Space', does: 'mark the row, or take the mark away' },
      { key: 'Enter', does: 'open the row' },
      { key: 'a', does: 'open the candidate of the row, where it is accepted' },
      { key: 'd', does: 'dismiss the candidate of the row' },
      { key: 'w', does: 'on a person: why they have the access of the row' },
      { key: 'Delete', does: 'remove the link of the account of the row' },
    ],
  },
  {
    title: 'On a candidate',
    keys: [
      { key: 'a', does: 'accept it: asks for the name, Enter confirms' },
      { key: 'd', does: 'dismiss it: 1 to 8 say why, Enter confirms' },
      { key: 'r', does: 'hand it to a reviewer' },
      { key: 'm', does: 'its impact: added, or in place of single grants' },
      { key: 'J, K', does: 'next one of the list, the one before' },
    ],
  },
  {
    title: 'In Explore',
    keys: [
      { key: ', .  or  [ ]', does: 'cut-off lower, higher, by 5; with Shift by 1' },
      { key: '1 2 3 4 5', does: 'access, people, matrix, why, lacking' },
      { key: 'c', does: 'make an access profile of what is chosen' },
      { key: 'y', does: 'take the link to what is shown' },
      { key: 'Backspace', does: 'in the empty field of conditions: take the last one away' },
    ],
  },
  {
    title: 'In the matrix',
    keys: [
      { key: 'arrows', does: 'to the next cell; Page Up and Page Down by a page' },
      { key: 'Home, End', does: 'first column, last column; with Ctrl the first cell, the last' },
      { key: '+  -', does: 'closer, wider' },
      { key: 'x', does: 'mark a corner of a rectangle, then the opposite one; Esc takes it away' },
    ],
  },
  {
    title: 'Bringing data',
    keys: [{ key: 'n', does: 'choose files' }],
  },
]
