const SENTENCES = [
  'How do I reset my password?',
  'Employees may carry over at most five days of annual leave into the next year.',
  'The invoice for order #10248 was paid on 1996-07-04; please send a receipt.',
  'VPN access needs a hardware token, which the service desk hands out on the ground floor.',
  'Travel is booked through the portal. Flights under six hours are economy class.',
  'In case of fire, leave the building by the nearest exit and meet at the car park.',
  'Deploys are frozen between 20 December and 3 January, except for security fixes.',
  'const total = items.reduce((sum, { price, quantity }) => sum + price * quantity, 0)',
  '| Region | Q1 | Q2 |\n|---|---|---|\n| EMEA | 1,204.50 | 998.10 |',
  'Refunds are issued to the original payment method within 14 days (see section 4.2).',
  'Wie setze ich mein Passwort zurück, wenn ich im Homeoffice bin?',
  'Où puis-je trouver la politique de congés parentaux ?',
  '¿Cómo solicito el reembolso de los gastos de viaje?',
  'Как подключиться к корпоративной сети из дома?',
  'パスワードをリセットするにはどうすればよいですか',
  '员工手册在哪里可以找到',
  'كيف يمكنني طلب إجازة سنوية',
  'איך מאפסים סיסמה',
  'วิธีรีเซ็ตรหัสผ่าน',
  '비밀번호를 재설정하려면 어떻게 해야 하나요',
]

const ODDITIES = [
  'a',
  '.',
  ' ',
  '   ',
  '\n\n\t',
  '0',
  '- - -',
  ':) :-) ): ://',
  '🎉',
  '🎉🎉🎉 Release 👩‍👩‍👧 party 🇩🇪 at noon ☕',
  'ﬁne print Ⅷ ① ﷺ',
  'e\u0301 and é, Å and A\u030a',
  '\u0000\u0007 control \u200b characters \ufeff',
  'half a \ud83d pair',
  '𝕳𝖊𝖑𝖑𝖔',
  'https://example.com/a/b?c=d&e=%20f#g',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  'SHOUTING AND whispering And CamelCaseWords_with_snakes',
  '1,000,000.00 + 2e-9 = ½ × π²',
  '<script>alert("no")</script> &amp; &lt;',
]

/** Short, long, odd and foreign texts that the model reads at once. */
export const texts = [
  ...SENTENCES,
  ...ODDITIES,
  ...SENTENCES.flatMap((sentence, index) => [
    `${sentence} ${SENTENCES[(index + 7) % 10]}`,
    sentence
      .split(' ')
      .slice(-2 - index)
      .toReversed()
      .join(' '),
    `${ODDITIES[index % ODDITIES.length]} ${sentence.slice(0, 40)}`,
  ]),
]

/** More than the model reads at once. */
export const longTexts = [
  SENTENCES.join(' '),
  SENTENCES.toReversed().join('\n\n').repeat(2),
  'x'.repeat(2000),
  `${SENTENCES[1]} `.repeat(40),
]
