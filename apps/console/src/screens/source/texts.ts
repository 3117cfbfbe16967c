export const texts = {
  loads: 'Loads',
  noLoads: 'This source has no load yet.',
  show: 'Show',
  orphans: "Nobody's accounts",
  noOrphans: 'Every account and holder of this source belongs to somebody.',
  orphanHint: 'Access of these is not counted for anybody until they belong to a person.',
  proposed: 'Proposed: the people whose key fits',
  link: 'Belongs to',
  linked: 'Linked; it takes effect when the sources are put together again, which has begun.',
  correlation: 'How accounts find their people',
  bring: 'Bring the next delivery',
  more: 'more are not listed here.',
} as const
