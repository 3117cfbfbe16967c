/** Texts of the parts that all screens share. */
export const texts = {
  noData: 'no data',
  ofAll: (part: string, whole: string) => `${part} of ${whole}`,
  cancel: 'Cancel',
  discard: 'Discard changes',
  cancelOne: (name: string) => `Cancel: ${name}`,
  tryAgain: 'Try again',
  copy: 'Copy',
  copied: 'Copied.',
  notCopied: 'The browser does not copy here; mark the text and copy it.',
  findHint: 'the beginning of a name',
  nothingFound: 'Nothing has this name.',
  takeAway: (what: string) => `Take away ${what}`,
  gains: (count: number, figure: string) => `${figure} ${count === 1 ? 'gain' : 'gains'}`,
  lookingFor: (many: string) => `Looking for ${many}.`,
  /** @param isMore there are more than are listed so far */
  listed: (counted: string, isMore: boolean) => `${isMore ? 'More than ' : ''}${counted}.`,
  savedViews: 'Saved views',
  noViews: 'You have saved no view of this screen.',
  renameOne: (name: string) => `Rename ${name}`,
  renameView: 'Rename…',
  deleteOne: (name: string) => `Delete ${name}`,
  delete: 'Delete',
  showMore: 'Show more',
  saveView: 'Save this view…',
  saveViewQuestion: 'Save this view?',
  renameViewQuestion: 'Rename this view?',
  viewName: 'Name of the view',
  save: 'Save',
  rename: 'Rename',
  viewStores: 'It stores what the address holds: filters, order and what is open. Only you see it.',
  viewSaved: (name: string) => `Saved the view “${name}”.`,
  viewRenamed: (before: string, name: string) => `The view “${before}” is called “${name}” now.`,
  viewDeleted: (name: string) => `Deleted the view “${name}”.`,
  viewUndone: 'The view is not saved.',
  anyOf: (names: readonly string[]) => names.join(' or '),
  andMore: (count: string) => `and ${count} more`,
  /** @param value the number of an enum's value that has no words here */
  unknownValue: (value: number) => `unknown (${value})`,
} as const

/** The words for the bands of shares. */
export const bandNames = { most: 'most', many: 'many', few: 'few', none: 'no data' } as const
