import { documents } from './0001-documents.ts'
import { fullText } from './0002-full-text.ts'
import { rankInOnePass } from './0003-rank-in-one-pass.ts'
import { vectorsChangeNoWords } from './0004-vectors-change-no-words.ts'
import { listsInOrder } from './0005-lists-in-order.ts'
import { cheaperSearches } from './0006-cheaper-searches.ts'
import { fewerReads } from './0007-fewer-reads.ts'
import { synonyms } from './0008-synonyms.ts'
import { commonWordsFindNothing } from './0009-common-words-find-nothing.ts'

/** In order; a migration that has shipped never changes. */
export const migrations = {
  '0001_documents': documents,
  '0002_full_text': fullText,
  '0003_rank_in_one_pass': rankInOnePass,
  '0004_vectors_change_no_words': vectorsChangeNoWords,
  '0005_lists_in_order': listsInOrder,
  '0006_cheaper_searches': cheaperSearches,
  '0007_fewer_reads': fewerReads,
  '0008_synonyms': synonyms,
  '0009_common_words_find_nothing': commonWordsFindNothing,
}
