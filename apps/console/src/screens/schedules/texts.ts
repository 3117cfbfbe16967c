export const texts = {
  title: 'Schedules',
  looking: 'Looking for schedules.',
  none: 'No source is read from a server. Data connects one.',
  toData: 'To Data',
  sentence: (count: number) =>
    count === 1 ? '1 source is read from a server.' : `${count} sources are read from servers.`,
  interval: 'Minutes from one reading to the next (15 to 10,080; 0: once a day)',
  full: 'Minutes from one full reading to the next (0: each is full)',
  save: 'Save',
  saved: 'The schedule is saved; the first reading begins at once.',
  now: 'Read it now',
  asked: 'It is being read.',
  stop: 'Read it no more',
  stopTitle: 'Read this source no more?',
  stopMeans: 'What was loaded stays in force, and the source stays. The address and the schedule go.',
  stopped: 'It is read no more.',
  cancel: 'Cancel',
  mayNot: 'Your role reads; schedules are an administrator’s.',
  analysis: 'Analysis',
  analysisMeans:
    'The organisation is analysed after every load. At fixed times besides: on the machine of the platform, by',
  analysisCommand: 'assay schedule "0 3 * * *"',
} as const
