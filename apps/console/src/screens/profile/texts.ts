export const texts = {
  gone: 'This access profile is not there. Somebody may have taken its acceptance back, or deleted it.',
  toList: 'To the profiles',
  access: 'What it gives',
  members: 'Members',
  noMembers: 'Nobody is a member.',
  rule: 'Rule',
  noRule: 'It has no rule: members are added one by one.',
} as const
