export const texts = {
  gone: 'Nobody has this id in the data in force.',
  facts: 'What the data say',
  access: 'What they have',
  nothing: 'They have no access in the data in force.',
  manager: 'Manager',
} as const
