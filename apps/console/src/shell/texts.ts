export const texts = {
  nothingHere: 'Nothing is here',
  noScreen: 'This address belongs to no screen. Perhaps it was cut off when it was copied.',
  toStart: 'Go to Start',
  letGo: 'Let go to recognise',
  noFolders: 'A folder cannot be dropped: drop the files in it, or pack them into a zip archive.',
  commands: 'Commands',
  whatToDo: 'What to do',
  noCommand: 'No command has this name.',
  doneLast: 'What was done last',
  undo: 'Undo',
  close: 'Close',
} as const
