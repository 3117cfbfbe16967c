/** Why a file, or a function in it, is as long as it is: the first pattern that fits its path. */
export const reasons: readonly (readonly [path: RegExp, reason: string])[] = [
  [/^libs\/mining\/src\/count-cohorts\.ts$/, 'one pass over a cohort; cut in pieces, counting took a fifth longer'],
  [/^libs\/role-model\/src\/dominance\.ts$/, 'two sweeps of one rule, which share their lines and what is live'],
  [/^libs\/mining\/src\/evenness\.ts$/, 'one test over working memory that it reuses'],
  [/^libs\/mining\/src\/(insight|recommendation|concepts)\//, 'one algorithm, its parts as functions'],
  [/^libs\/(mining|role-model)\//, 'one algorithm'],
  [/(csv-scanner|table-scanner|plain-reader|ldif)\.ts$/, 'a scanner: one loop over bytes, with its states beside it'],
  [/(event-types|access|variables|catalogue|finding-words|postgres-errors|openapi\/schemas)\.ts$/, 'a table'],
  [/^libs\/sample-org\/src\/candidates\.ts$/, 'a table of planted roles'],
  [
    /\/(server|start-worker|one-port|transcoder)\.ts$/,
    'wiring: what is made, in its order, and stopped in the reverse',
  ],
  [/-service\.ts$/, 'a table of handlers'],
  [/^apps\/assay\/src\/commands\//, 'a table of options and what the command does with them'],
  [/^apps\/console\/src\/shell\/router\.tsx$/, 'a table of screens'],
  [/^apps\/console\//, 'one screen or control, read from top to bottom as it is shown'],
  [
    /(commit-import|commit-grant-changes|create-access-profile|revise-stored-model|store-records)\.ts$/,
    'one transaction, statement after statement',
  ],
  [/parse-criteria\.ts$/, 'one grammar'],
]
