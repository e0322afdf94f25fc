"""What is known of one carer that matters to whether they are asked."""
