import Commands

await LitmusCommand.main()
