"""派驻匹配: who should look after which firm, solved for all of them at once, with reasons."""
