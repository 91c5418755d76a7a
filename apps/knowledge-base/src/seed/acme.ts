import type { SeedPlan } from './plan.ts'

/** The handbook of a maker of office goods. Front matter says who may read what is not for everybody inside. */
export const acme: SeedPlan = {
  tenant: 'acme',
  files: [
    {
      path: 'Time off/Vacation.md',
      markdown: `# Vacation

Everybody has 28 days of paid vacation a year, beside public holidays. Part-timers have their share of it.

## Asking for it

Enter your days in the calendar of your team and tell your manager two weeks before, four when you are away for longer than two weeks. A manager who says no says why, and offers other dates.

## What is left at the end of the year

Up to five days move to the next year and are lost at the end of March. When the company asked you not to go, all of them move. Vacation is not paid out, except when you leave.

## Falling ill meanwhile

Days for which you have a doctor's note are given back.`,
    },
    {
      path: 'Time off/Sick leave.md',
      markdown: `# Sick leave

Stay at home when you are ill. Tell your manager before nine on the first day; a short message is enough, nobody needs to know what you have.

## Doctor's note

From the fourth day on we need a note. Send a photo of it to people@acme.example.

## A sick child

Parents have ten paid days a year for each child under twelve, single parents twenty.

## Coming back

After more than six weeks you come back step by step: People plans the hours with you.`,
    },
    {
      path: 'Time off/Parental leave.md',
      markdown: `# Parental leave

Whoever becomes a parent, by birth, adoption or fostering, has 20 weeks of fully paid leave in the first year of the child, in one piece or in two. Up to two more years are possible without pay; your job is kept.

## How

Tell People eight weeks before the first day. Your team plans the handover together with you; nobody expects you to answer mail meanwhile.

## Afterwards

For the first half year you may work 60 % for 80 % of the pay.`,
    },
    {
      path: 'Money/Travel and expenses.md',
      markdown: `# Travel and expenses

We trust you to spend the company's money as if it were yours.

## Booking

Trains in second class, flights in economy, hotels up to 160 EUR a night. Trips under four hours go by train. Book through the travel desk, travel@acme.example, which also knows the rates we have agreed on.

## Getting your money back

Take a photo of the receipt and enter it in the expenses app within 30 days. What is entered by the 15th is paid with that month's salary. Without a receipt up to 15 EUR are possible, once a trip.

## Meals

For a full day away you get 32 EUR, for part of one 16 EUR, without receipts. Alcohol is on you.

## Limits

| what                    | who agrees      |
| ----------------------- | --------------- |
| up to 250 EUR           | nobody          |
| up to 2,500 EUR         | your manager    |
| more                    | head of finance |`,
    },
    {
      path: 'Money/Salary bands.md',
      markdown: `---
visibility: confidential
---
# Salary bands

The bands of 2026, a year, before tax. Managers see the band of their people; nobody's pay is outside of a band without the founders' agreement.

| level         | from    | to      |
| ------------- | ------- | ------- |
| 1 Starting    | 42,000  | 52,000  |
| 2 Independent | 52,000  | 66,000  |
| 3 Senior      | 66,000  | 84,000  |
| 4 Leading     | 84,000  | 108,000 |

## Review

Pay is reviewed every April. A raise of more than 10 % needs a second manager's agreement.`,
    },
    {
      path: 'Money/Planned acquisition of Redwood.md',
      markdown: `---
visibility: confidential
groups: [board]
---
# Planned acquisition of Redwood

Project Larch: the offer for Redwood Seating goes out in March. Until it is public nobody outside of the board is told.`,
    },
    {
      path: 'Working here/Working from home.md',
      markdown: `# Working from home

You may work from home on up to three days a week; teams agree on the days they meet. Tuesday is for everybody in the office.

## From abroad

Up to 20 days a year from another country of the EU are possible. Ask People four weeks before, because of insurance and tax. Other countries are not possible.

## Your desk

We lend you a chair, a desk and a monitor. For the rest you have 300 EUR once, with receipts.`,
    },
    {
      path: 'Working here/Working hours.md',
      markdown: `# Working hours

Forty hours a week, ten to three is when everybody can be reached. The rest is up to you.

## Overtime

Hours above forty are taken off within three months. Managers see to it that nobody collects more than thirty.

## On call

Who is on call for the shop has a phone, 40 EUR a day, and the next morning off after a call at night.`,
    },
    {
      path: 'Working here/Learning.md',
      markdown: `# Learning

Five days and 1,500 EUR a year are yours for courses, books and conferences. Tell your manager what for; nobody has to agree. Language courses count when a team works in that language.

What is not used is lost at the end of the year.`,
    },
    {
      path: 'IT and security/Lost or stolen device.md',
      markdown: `# Lost or stolen device

Call the security desk at once, day and night: +49 30 5550 119. Nobody is blamed for reporting early.

1. They lock and wipe the laptop or phone from afar.
2. Change your password and end all sessions on id.acme.example.
3. Theft: report it to the police and send the number of the report to security@acme.example.

You get another device the next working day.`,
    },
    {
      path: 'IT and security/Passwords.md',
      markdown: `# Passwords

Use the password manager for everything, with a passkey to open it. Never send a password by chat or mail, not to IT either: they will never ask.

## Locked out

After five wrong attempts an account is locked for an hour. The IT desk on the second floor unlocks it at once when you show your badge.`,
    },
    {
      path: 'IT and security/Strange mail.md',
      markdown: `# Strange mail

Mail that wants you to hurry, to pay, or to sign in somewhere is often a trap. Don't open its links or files. Press "Report" in the mail program, or forward it to security@acme.example.

Clicked already? Call the security desk, +49 30 5550 119. The sooner the better.`,
    },
    {
      path: 'Customers/Warranty.md',
      markdown: `---
visibility: public
---
# Warranty

Desks have a warranty of ten years, chairs of five, lamps of two. It covers material and making, not wear of fabric and castors.

## Making a claim

Write to service@acme.example with the number of the order and a photo. We send the part, or fetch the piece when that is not enough. A claim is answered within two working days.`,
    },
    {
      path: 'Customers/Returns.md',
      markdown: `---
visibility: public
---
# Returns

Whatever was bought from stock can be returned within 60 days, used or not. We fetch it at no cost; the money is back within a week of the pick-up.

Made to measure cannot be returned.`,
    },
  ],
}
